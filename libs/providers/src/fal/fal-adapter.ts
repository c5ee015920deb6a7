import { toFramesongError, type Outcome } from '@framesong/errors';
import { cancelledWhenGivenUp } from '../http/cancelled-task.ts';
import { jsonBody } from '../http/http-body.ts';
import { objectOf, textOf } from '../http/json-fields.ts';
import { POLL_RULES, pollUntil, type PollRules } from '../http/poll-until.ts';
import { answerInvalid, jsonOf } from '../http/read-answer.ts';
import { openConnection } from '../image/adapter-connection.ts';
import type { AdapterConnection, ImageAdapter, ImageOrder, MadePicture, OrderContext } from '../image/image-adapter.ts';
import { imageMediaType } from '../image/image-media-type.ts';
import type { ImageModel } from '../image/image-model.ts';
import { FAL_MODELS, type FalModel } from './models.ts';
import { ofTheModel, picturesIn, wordsIn } from './read-answer.ts';

/** How fal is reached. */
export interface FalOptions extends AdapterConnection {
  readonly poll?: Partial<PollRules>;
}

const provider = 'fal';
/** For a cancel at the provider, which has to come through although the caller has gone. */
const CANCEL_MS = 3000;

/** The queue of fal: a request is put in, and asked for until it is done. https://docs.fal.ai/model-apis, fal-ai/fal-js */
export function createFalAdapter(options: FalOptions): ImageAdapter {
  const { key, http, downloader, close } = openConnection(options, {
    provider,
    readWords: wordsIn,
    scheme: 'Key',
  });
  const rules: PollRules = { ...POLL_RULES, everyMs: 500, ...options.poll };

  async function order(asked: ImageOrder, context: OrderContext): Promise<MadePicture> {
    const model = modelOf(asked.model);
    const { edit, create } = model.paths;
    const answer = await http.send({
      method: 'POST',
      path: `/${model.app}${asked.pictures.length > 0 ? edit : create}`,
      body: jsonBody(inputOf(model, asked)),
      // What has not begun by then is not begun any more.
      headers: { 'x-fal-request-timeout': String(Math.ceil(rules.limitMs / 1000)) },
      cost: 'paid',
      signal: context.signal,
      timeouts: context.timeouts,
    });
    // A success of any form means that it was taken.
    context.accepted();
    const taskId = textOf(objectOf(jsonOf(answer, { provider, cost: 'paid' }))?.['request_id']);
    if (taskId === undefined) throw answerInvalid(provider, 'names no request');
    await context.saveTaskId(taskId);
    return resume(taskId, asked.model, context);
  }

  async function resume(taskId: string, asked: ImageModel, context: OrderContext): Promise<MadePicture> {
    const { signal } = context;
    const path = `/${modelOf(asked).app}/requests/${encodeURIComponent(taskId)}`;
    const question = { method: 'GET', cost: 'free', signal } as const;
    const timeouts = { totalMs: rules.questionMs, firstByteMs: rules.questionMs / 3 };
    const ask = async (): Promise<{ readonly done: true } | undefined> => {
      const answer = await http.send({ ...question, path: `${path}/status`, timeouts });
      const status = textOf(objectOf(jsonOf(answer, { provider, cost: 'free' }))?.['status']);
      if (status === undefined) throw answerInvalid(provider, 'tells no status');
      if (status === 'COMPLETED') return { done: true };
      // How far it is, the provider does not say.
      context.onProgress({ share: 0, step: status });
      return undefined;
    };
    await cancelledWhenGivenUp(
      signal,
      () => cancel(path),
      () => pollUntil(rules, { provider, taskId, signal }, ask),
    );
    // Faults of the model show only here, with the status of the answer.
    const answer = await http.send({ ...question, path, timeouts }).catch((thrown: unknown) => {
      throw ofTheModel(toFramesongError(thrown));
    });
    const [place, ...more] = picturesIn(jsonOf(answer, { provider, cost: 'free' }));
    if (place === undefined) throw answerInvalid(provider, 'holds no picture');
    return { bytes: await bytesAt(place, signal), billedImages: more.length + 1, responseId: taskId };
  }

  async function bytesAt(place: string, signal: AbortSignal): Promise<Uint8Array> {
    const inline = /^data:[^,]*;base64,/.exec(place)?.[0];
    if (inline !== undefined) return Buffer.from(place.slice(inline.length), 'base64');
    return (await downloader.download(place, { signal, typeOf: imageMediaType })).bytes;
  }

  async function cancel(path: string): Promise<Outcome> {
    const signal = AbortSignal.timeout(CANCEL_MS);
    // 400 tells that it was too late. What had begun by then may be charged for.
    await http.send({ method: 'PUT', path: `${path}/cancel`, cost: 'free', signal });
    return 'sent_unknown';
  }

  return {
    name: provider,
    models: FAL_MODELS,
    order,
    resume,
    async check() {
      await key.current();
      return { checked: 'configuration', note: 'a key is there; the provider has no call that is free of charge' };
    },
    close,
  };
}

function modelOf({ name }: ImageModel): FalModel {
  return FAL_MODELS.find((model) => model.name === name)!;
}

function inputOf(model: FalModel, { prompt, pictures, size, seed }: ImageOrder): unknown {
  const images = pictures.map(
    ({ bytes, mediaType }) => `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`,
  );
  const { widthPx: width, heightPx: height } = size.providerSize;
  return {
    prompt,
    ...(images.length > 0 && { image_urls: images }),
    ...(model.takesImageSize === true ? { image_size: { width, height } } : size.parameters),
    ...(seed !== undefined && { seed }),
    ...model.fixed,
  };
}
