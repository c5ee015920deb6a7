import type { Outcome } from '@framesong/errors';
import { STAGES } from '@framesong/telemetry';
import { cancelledWhenGivenUp } from '../../http/cancelled-task.ts';
import { jsonBody } from '../../http/http-body.ts';
import { POLL_RULES, pollUntil, type PollRules } from '../../http/poll-until.ts';
import { answerInvalid, jsonOf } from '../../http/read-answer.ts';
import { openConnection } from '../../image/adapter-connection.ts';
import { endOf, outcomeOfCancel, predictionIn, wordsIn, type Prediction } from '../../replicate/read-prediction.ts';
import { chooseModel } from '../hosted/hosted-model.ts';
import { orTaskLost, soundGone } from '../hosted/lost-work.ts';
import { savePlace } from '../hosted/save-place.ts';
import type { MusicAdapter, MusicConnection } from '../music-adapter.ts';
import type { MusicCallContext, MusicRequest, RenderedMusic } from '../music-engine.ts';
import { MAX_SOUND_BYTES } from '../sound-media-type.ts';
import { createStageProgress } from '../stage-progress.ts';
import { REPLICATE_MUSIC_MODELS } from './models.ts';

/** How Replicate is reached. */
export interface ReplicateMusicOptions extends MusicConnection {
  readonly poll?: Partial<PollRules>;
}

const provider = 'replicate';
/** For a cancel at the provider, which has to come through although the caller has gone. */
const CANCEL_MS = 3000;

/**
 * Songs by a model on Replicate: a prediction is made, and asked for until it is done.
 * https://replicate.com/docs/reference/http, replicate/replicate-javascript
 */
export function createReplicateMusicAdapter(options: ReplicateMusicOptions): MusicAdapter {
  const { silenceMs = 900_000 } = options;
  const download = { maxBytes: MAX_SOUND_BYTES, stage: STAGES.downloadSound.name, ...options.download };
  const { http, downloader, close } = openConnection({ ...options, download }, { provider, readWords: wordsIn });
  const model = chooseModel(REPLICATE_MUSIC_MODELS, options, 'FRAMESONG_REPLICATE_MUSIC_');
  const rules: PollRules = { ...POLL_RULES, everyMs: 1000, limitMs: silenceMs, ...options.poll };

  const timeouts = { totalMs: rules.questionMs, firstByteMs: rules.questionMs / 3 };

  /** @returns the id of the prediction */
  async function order(request: MusicRequest, signal: AbortSignal): Promise<string> {
    const [name = '', version = model.known?.version] = model.name.split(':', 2);
    const input = model.input(request);
    const answer = await http.send({
      method: 'POST',
      path: version === undefined ? `/models/${name}/predictions` : '/predictions',
      body: jsonBody(version === undefined ? { input } : { version, input }),
      // Should this process be gone for good, nothing waits at the provider for ever.
      headers: { 'cancel-after': `${Math.ceil((2 * rules.limitMs) / 1000)}s` },
      cost: 'paid',
      signal,
    });
    return acceptedIn(jsonOf(answer, { provider, cost: 'paid' })).id;
  }

  async function placeOf(taskId: string, context: MusicCallContext): Promise<string> {
    const { signal } = context;
    const progress = createStageProgress(context);
    const ask = async () => {
      const path = `/predictions/${encodeURIComponent(taskId)}`;
      const answer = await http
        .send({ method: 'GET', path, cost: 'free', signal, timeouts })
        .catch((thrown: unknown) => {
          throw orTaskLost(provider, taskId, thrown);
        });
      const prediction = predictionIn(jsonOf(answer, { provider, cost: 'free' }));
      const end = endOf(prediction);
      if (end) throw end;
      if (prediction.status === 'succeeded') return { done: prediction };
      if (prediction.status !== 'starting') context.onStart?.();
      // How far it is, the provider does not say.
      progress.working(prediction.status);
      return { seen: prediction.status };
    };
    const { output } = await pollUntil(rules, { provider, taskId, signal }, ask);
    context.onStart?.();
    progress.made();
    // Files and data of predictions are removed after an hour.
    if (output[0] === undefined) throw soundGone(provider, taskId);
    return output[0];
  }

  /** What was not cancelled ends by Cancel-After. */
  async function cancel(taskId: string): Promise<Outcome | undefined> {
    const signal = AbortSignal.timeout(CANCEL_MS);
    const path = `/predictions/${encodeURIComponent(taskId)}/cancel`;
    const answer = await http.send({ method: 'POST', path, cost: 'free', signal });
    return outcomeOfCancel(predictionIn(jsonOf(answer, { provider, cost: 'free' })));
  }

  async function render(request: MusicRequest, context: MusicCallContext): Promise<RenderedMusic> {
    const { signal, savedTaskId } = context;
    const taskId = savedTaskId ?? (await order(request, signal));
    const wait = async (): Promise<string> => {
      if (savedTaskId === undefined) await context.saveTaskId(taskId);
      return placeOf(taskId, context);
    };
    const place = await cancelledWhenGivenUp(signal, () => cancel(taskId), wait);
    const sound = await savePlace(downloader, place, { path: request.path, signal });
    createStageProgress(context).arrived();
    return { ...sound, engine: `Replicate ${model.name}`, warnings: model.warnings };
  }

  return {
    name: 'replicate-music',
    isPaid: true,
    describe: () => Promise.resolve().then(() => model.capabilities('Replicate')),
    render,
    async check(signal) {
      const timeouts = { totalMs: 30_000 };
      await http.send({ method: 'GET', path: '/account', cost: 'free', signal, timeouts, attempts: 1 });
    },
    close,
  };
}

/** A success of any form means that the order was taken, unless it says itself that it was not. */
function acceptedIn(body: unknown): Prediction {
  let prediction: Prediction;
  try {
    prediction = predictionIn(body);
  } catch {
    throw answerInvalid(provider, 'is no prediction').with({ outcome: 'billed' });
  }
  const end = endOf(prediction);
  if (end) throw end;
  return prediction;
}
