import { toFramesongError, type Outcome } from '@framesong/errors';
import { STAGES } from '@framesong/telemetry';
import { ofTheModel, wordsIn } from '../../fal/read-answer.ts';
import { cancelledWhenGivenUp } from '../../http/cancelled-task.ts';
import { jsonBody } from '../../http/http-body.ts';
import { objectOf, textOf } from '../../http/json-fields.ts';
import { POLL_RULES, pollUntil, type PollRules } from '../../http/poll-until.ts';
import { answerInvalid, jsonOf } from '../../http/read-answer.ts';
import { openConnection } from '../../image/adapter-connection.ts';
import { chooseModel } from '../hosted/hosted-model.ts';
import { orTaskLost, soundGone } from '../hosted/lost-work.ts';
import { savePlace } from '../hosted/save-place.ts';
import type { MusicAdapter, MusicConnection } from '../music-adapter.ts';
import type { MusicCallContext, MusicRequest, RenderedMusic } from '../music-engine.ts';
import { MAX_SOUND_BYTES } from '../sound-media-type.ts';
import { createStageProgress } from '../stage-progress.ts';
import { FAL_MUSIC_MODELS } from './models.ts';

/** How fal is reached. */
export interface FalMusicOptions extends MusicConnection {
  readonly poll?: Partial<PollRules>;
}

const provider = 'fal';
/** For a cancel at the provider, which has to come through although the caller has gone. */
const CANCEL_MS = 3000;

/** Songs by a model in the queue of fal: a request is put in, and asked for until it is done. https://docs.fal.ai, fal-ai/fal-js */
export function createFalMusicAdapter(options: FalMusicOptions): MusicAdapter {
  const { silenceMs = 900_000 } = options;
  const download = { maxBytes: MAX_SOUND_BYTES, stage: STAGES.downloadSound.name, ...options.download };
  const who = { provider, readWords: wordsIn, scheme: 'Key' };
  const { key, http, downloader, close } = openConnection({ ...options, download }, who);
  const model = chooseModel(FAL_MUSIC_MODELS, options, 'FRAMESONG_FAL_MUSIC_');
  const rules: PollRules = { ...POLL_RULES, everyMs: 1000, limitMs: silenceMs, ...options.poll };
  const timeouts = { totalMs: rules.questionMs, firstByteMs: rules.questionMs / 3 };
  // Its queue keeps requests under owner and app, without what stands below.
  const app = model.name.split('/').slice(0, 2).join('/');
  const pathOf = (taskId: string): string => `/${app}/requests/${encodeURIComponent(taskId)}`;

  /** @returns the id of the request */
  async function order(request: MusicRequest, signal: AbortSignal): Promise<string> {
    const answer = await http.send({
      method: 'POST',
      path: `/${model.name}`,
      body: jsonBody(model.input(request)),
      // What has not begun by then is not begun any more.
      headers: { 'x-fal-request-timeout': String(Math.ceil(rules.limitMs / 1000)) },
      cost: 'paid',
      signal,
    });
    const taskId = textOf(objectOf(jsonOf(answer, { provider, cost: 'paid' }))?.['request_id']);
    // A success of any form means that it was taken.
    if (taskId === undefined) throw answerInvalid(provider, 'names no request').with({ outcome: 'billed' });
    return taskId;
  }

  async function placeOf(taskId: string, context: MusicCallContext): Promise<string> {
    const { signal } = context;
    const progress = createStageProgress(context);
    const path = pathOf(taskId);
    const question = { method: 'GET', cost: 'free', signal, timeouts } as const;
    const result = async (): Promise<string> => {
      // Faults of the model show only here, with the status of the answer.
      const answer = await http.send({ ...question, path }).catch((thrown: unknown) => {
        throw ofTheModel(toFramesongError(thrown));
      });
      const place = soundIn(jsonOf(answer, { provider, cost: 'free' }));
      if (place === undefined) throw soundGone(provider, taskId);
      return place;
    };
    const ask = async () => {
      const answer = await http.send({ ...question, path: `${path}/status` }).catch((thrown: unknown) => {
        throw orTaskLost(provider, taskId, thrown);
      });
      const status = textOf(objectOf(jsonOf(answer, { provider, cost: 'free' }))?.['status']);
      if (status === undefined) throw answerInvalid(provider, 'tells no status');
      if (status !== 'IN_QUEUE') context.onStart?.();
      if (status === 'COMPLETED') return { done: await result() };
      // How far it is, the provider does not say.
      progress.working(status === 'IN_QUEUE' ? 'queued' : 'generate');
      return { seen: status };
    };
    const place = await pollUntil(rules, { provider, taskId, signal }, ask);
    progress.made();
    return place;
  }

  async function cancel(taskId: string): Promise<Outcome> {
    const signal = AbortSignal.timeout(CANCEL_MS);
    // 400 tells that it was too late. What had begun by then may be charged for.
    await http.send({ method: 'PUT', path: `${pathOf(taskId)}/cancel`, cost: 'free', signal });
    return 'sent_unknown';
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
    return { ...sound, engine: `fal ${model.name}`, warnings: model.warnings };
  }

  return {
    name: 'fal-music',
    isPaid: true,
    describe: () => Promise.resolve().then(() => model.capabilities('fal')),
    render,
    async check() {
      // A key is there; the provider has no call that is free of charge.
      await key.current();
    },
    close,
  };
}

/** Where the sound is: `audio.url`, or a name that some models use instead. */
function soundIn(body: unknown): string | undefined {
  const fields = objectOf(body);
  const files = ['audio', 'audio_file', 'audio_url'].map((name) => fields?.[name]);
  return files.map((file) => textOf(file) ?? textOf(objectOf(file)?.['url'])).find((url) => url !== undefined);
}
