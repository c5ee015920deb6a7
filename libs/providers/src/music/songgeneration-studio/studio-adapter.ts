import { FramesongError, invalidField, toFramesongError } from '@framesong/errors';
import { whenGivenUp } from '../../http/given-up.ts';
import { createHttpClient } from '../../http/http-client.ts';
import { POLL_RULES, pollUntil, type PollRules } from '../../http/poll-until.ts';
import { jsonOf } from '../../http/read-answer.ts';
import { bearerWhereSet } from '../bearer-where-set.ts';
import type { MusicAdapter, MusicConnection } from '../music-adapter.ts';
import type { MusicCallContext, MusicRequest, RenderedMusic } from '../music-engine.ts';
import { MAX_SOUND_BYTES, soundMediaType } from '../sound-media-type.ts';
import { taskFailed, taskLost } from '../task-ends.ts';
import { studioCapabilities } from './capabilities.ts';
import { orderSong } from './order-song.ts';
import { generationIn, readyModelsIn, wordsIn, type StudioGeneration } from './read-answer.ts';

/** How a SongGeneration Studio is reached. */
export interface StudioOptions extends MusicConnection {
  readonly poll?: Partial<PollRules>;
}

const provider = 'songgeneration-studio';
/** How long a look whether it is there may take. */
const LOOK = { totalMs: 5_000 };
/** For a stop, which has to come through although the caller has gone. */
const STOP_MS = 10_000;

/**
 * SongGeneration Studio: one song at a time, whole, as long as its lyrics make it. Another one gets 409, so its turn is waited
 * for here. main.py and generation.py of BazedFrog/SongGeneration-Studio.
 */
export function createStudioAdapter(options: StudioOptions): MusicAdapter {
  const { baseUrl, model, silenceMs = 900_000 } = options;
  const { maxBytes = MAX_SOUND_BYTES } = options.download ?? {};
  const http = createHttpClient({
    ...options.http,
    ...bearerWhereSet(options.key),
    provider,
    baseUrl,
    readWords: wordsIn,
  });
  const rules: PollRules = { ...POLL_RULES, everyMs: 1_000, limitMs: silenceMs, ...options.poll };
  const timeouts = { totalMs: rules.questionMs, firstByteMs: rules.questionMs / 3 };
  const read = async (path: string, signal: AbortSignal): Promise<unknown> =>
    jsonOf(await http.send({ method: 'GET', path, cost: 'free', signal, timeouts }), { provider, cost: 'free' });

  async function render(request: MusicRequest, context: MusicCallContext): Promise<RenderedMusic> {
    if (request.sectionIndex !== undefined) throw invalidField('sectionIndex', 'is set, and only whole songs are made');
    const { signal, savedTaskId } = context;
    const id = savedTaskId ?? (await orderSong({ http, rules, model, read }, request, signal));
    if (savedTaskId === undefined) await context.saveTaskId(id);
    const { model: made = '' } = await untilDone(id, context);
    // Mixed, there is one track.
    const sound = await http.save(
      { method: 'GET', path: `/api/audio/${id}/0`, cost: 'free', signal },
      { path: request.path, maxBytes, typeOf: soundMediaType },
    );
    const isOther = model !== undefined && made !== model;
    const warnings = isOther ? [`the server has made it with the model ${made}, because ${model} is not loaded`] : [];
    return { ...sound, engine: `SongGeneration ${made}`.trim(), warnings };
  }

  async function untilDone(id: string, { signal, onStart, onProgress }: MusicCallContext): Promise<StudioGeneration> {
    using cancelling = new DisposableStack();
    cancelling.use(whenGivenUp(signal, () => stop(id)));
    return await pollUntil(rules, { provider, taskId: id, signal }, async () => {
      const generation = await stateOf(id, signal);
      const { status, percent, stage, message } = generation;
      if (status === 'completed' && generation.tracks > 0) return { done: generation };
      if (status === 'completed') throw taskFailed(provider, id, 'it names no file');
      if (status === 'failed') throw taskFailed(provider, id, message);
      if (status === 'stopped') throw taskFailed(provider, id, 'somebody has stopped it');
      if (status === 'processing') {
        onStart?.();
        onProgress?.({ done: percent, total: 100, unit: 'percent', stage });
      }
      return { seen: `${status} ${percent} ${message}` };
    });
  }

  async function stateOf(id: string, signal: AbortSignal): Promise<StudioGeneration> {
    try {
      return generationIn(await read(`/api/generation/${id}`, signal));
    } catch (thrown) {
      const { providerStatus, providerMessage } = toFramesongError(thrown).metadata;
      // A gateway's 404 has other words.
      throw providerStatus === '404' && providerMessage === 'Generation not found' ? taskLost(provider, id) : thrown;
    }
  }

  async function stop(id: string): Promise<void> {
    const signal = AbortSignal.timeout(STOP_MS);
    await http.send({ method: 'POST', path: `/api/stop/${id}`, cost: 'free', signal }).catch(() => undefined);
  }

  async function modelName(signal: AbortSignal): Promise<string> {
    const look = { method: 'GET', path: '/api/models', cost: 'free', signal, timeouts: LOOK, attempts: 1 } as const;
    const ready = readyModelsIn(jsonOf(await http.send(look), { provider, cost: 'free' }));
    const name = model ?? ready[0];
    if (name !== undefined && ready.includes(name)) return name;
    throw new FramesongError(`the server has not the model ${name ?? 'that it needs'}: download it in the Studio`, {
      code: 'FAILED_PRECONDITION',
      reason: 'PROVIDER_MODEL_UNKNOWN',
      metadata: { provider },
    });
  }

  return {
    name: provider,
    isPaid: false,
    describe: async (signal) => studioCapabilities(await modelName(signal)),
    render,
    async check(signal) {
      await modelName(signal);
    },
    close: () => http.close(),
  };
}
