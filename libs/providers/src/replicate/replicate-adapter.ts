import type { Outcome } from '@framesong/errors';
import { formBody, jsonBody } from '../http/http-body.ts';
import type { HttpAnswer } from '../http/http-call.ts';
import { cancelledWhenGivenUp } from '../http/cancelled-task.ts';
import { objectOf, textOf } from '../http/json-fields.ts';
import { POLL_RULES, pollUntil, type PollRules } from '../http/poll-until.ts';
import { answerInvalid, jsonOf } from '../http/read-answer.ts';
import { openConnection } from '../image/adapter-connection.ts';
import type {
  AdapterConnection,
  ImageAdapter,
  ImageOrder,
  MadePicture,
  OrderContext,
  SentPicture,
} from '../image/image-adapter.ts';
import { imageMediaType } from '../image/image-media-type.ts';
import { REPLICATE_MODELS } from './models.ts';
import { endOf, outcomeOfCancel, predictionIn, wordsIn, type Prediction } from './read-prediction.ts';

/** How Replicate is reached. */
export interface ReplicateOptions extends AdapterConnection {
  readonly poll?: Partial<PollRules>;
}

const provider = 'replicate';
/** For a cancel at the provider, which has to come through although the caller has gone. */
const CANCEL_MS = 3000;

/**
 * Replicate: references are uploaded as files, a prediction is made, and asked for until it is done.
 * https://replicate.com/docs/reference/http, replicate/replicate-javascript
 */
export function createReplicateAdapter(options: ReplicateOptions): ImageAdapter {
  const { http, downloader, close } = openConnection(options, { provider, readWords: wordsIn });
  // The JavaScript client of Replicate asks every half second.
  const rules: PollRules = { ...POLL_RULES, everyMs: 500, ...options.poll };

  async function order(asked: ImageOrder, context: OrderContext): Promise<MadePicture> {
    const { signal, timeouts } = context;
    const model = REPLICATE_MODELS.find(({ name }) => name === asked.model.name)!;
    const images: string[] = [];
    for (const picture of asked.pictures) images.push(await upload(picture, images.length + 1, signal));
    const input = {
      prompt: asked.prompt,
      ...(images.length > 0 && { image_input: images }),
      ...asked.size.parameters,
      ...model.fixed,
    };
    const answer = await http.send({
      method: 'POST',
      path: `/models/${model.name}/predictions`,
      body: jsonBody({ input }),
      // Should this process be gone for good, nothing runs on at the provider.
      headers: { 'cancel-after': `${Math.ceil(rules.limitMs / 1000)}s` },
      cost: 'paid',
      signal,
      timeouts,
    });
    // A success of any form means that it was taken.
    context.accepted();
    const prediction = predictionOfOrder(answer);
    await context.saveTaskId(prediction.id);
    return resume(prediction.id, asked.model, context);
  }

  async function upload({ bytes, mediaType }: SentPicture, number: number, signal: AbortSignal): Promise<string> {
    const fileName = `image-${number}.${mediaType.slice('image/'.length)}`;
    const answer = await http.send({
      method: 'POST',
      path: '/files',
      body: formBody([{ name: 'content', value: bytes, fileName, contentType: mediaType }]),
      cost: 'free',
      signal,
    });
    const file = objectOf(jsonOf(answer, { provider, cost: 'free' }));
    const url = textOf(objectOf(file?.['urls'])?.['get']);
    if (url === undefined) throw answerInvalid(provider, 'names no place of the uploaded file');
    return url;
  }

  async function resume(taskId: string, _model: unknown, context: OrderContext): Promise<MadePicture> {
    const { signal } = context;
    const ask = async (): Promise<{ readonly done: Prediction } | undefined> => {
      const answer = await http.send({
        method: 'GET',
        path: `/predictions/${taskId}`,
        cost: 'free',
        signal,
        timeouts: { totalMs: rules.questionMs, firstByteMs: rules.questionMs / 3 },
      });
      const prediction = predictionIn(jsonOf(answer, { provider, cost: 'free' }));
      const end = endOf(prediction);
      if (end) throw end;
      if (prediction.status === 'succeeded') return { done: prediction };
      // How far it is, the provider does not say.
      context.onProgress({ share: 0, step: prediction.status });
      return undefined;
    };
    const { output } = await cancelledWhenGivenUp(
      signal,
      () => cancel(taskId),
      () => pollUntil(rules, { provider, taskId, signal }, ask),
    );
    return { ...(await pictureAt(output, signal)), responseId: taskId };
  }

  async function pictureAt([place, ...more]: readonly string[], signal: AbortSignal): Promise<MadePicture> {
    if (place === undefined) throw answerInvalid(provider, 'holds no picture');
    const inline = /^data:[^,]*;base64,/.exec(place)?.[0];
    const bytes =
      inline === undefined
        ? (await downloader.download(place, { signal, typeOf: imageMediaType })).bytes
        : Buffer.from(place.slice(inline.length), 'base64');
    return { bytes, billedImages: more.length + 1 };
  }

  /** What was not cancelled ends by Cancel-After. */
  async function cancel(taskId: string): Promise<Outcome | undefined> {
    const signal = AbortSignal.timeout(CANCEL_MS);
    const call = { method: 'POST', path: `/predictions/${taskId}/cancel`, cost: 'free', signal } as const;
    return outcomeOfCancel(predictionIn(jsonOf(await http.send(call), { provider, cost: 'free' })));
  }

  return {
    name: provider,
    models: REPLICATE_MODELS,
    order,
    resume,
    async check(signal) {
      await http.send({ method: 'GET', path: '/account', cost: 'free', signal, timeouts: { totalMs: 30_000 } });
      return { checked: 'access', note: 'the key is accepted; the balance can only be seen by buying' };
    },
    close,
  };
}

function predictionOfOrder(answer: HttpAnswer): Prediction {
  const prediction = predictionIn(jsonOf(answer, { provider, cost: 'paid' }));
  const end = endOf(prediction);
  if (end) throw end;
  return prediction;
}
