import { readFile, rm } from 'node:fs/promises';
import { FramesongError } from '@framesong/errors';
import { formBody, type FormPart, type HttpBody } from '../../http/http-body.ts';
import { createHttpClient } from '../../http/http-client.ts';
import { listOf, objectOf, textOf } from '../../http/json-fields.ts';
import { POLL_RULES, type PollRules } from '../../http/poll-until.ts';
import { answerInvalid } from '../../http/read-answer.ts';
import { bearerWhereSet } from '../bearer-where-set.ts';
import { cutWav } from '../cut-wav.ts';
import type { MusicAdapter, MusicConnection } from '../music-adapter.ts';
import type { MusicCallContext, MusicCapabilities, MusicRequest, RenderedMusic } from '../music-engine.ts';
import { MAX_SOUND_BYTES, soundMediaType } from '../sound-media-type.ts';
import { dataIn, wordsIn } from './read-answer.ts';
import { commonFields, DURATION_SECONDS, taskFields } from './request-fields.ts';
import { createTaskWatch } from './task-watch.ts';

/** How an ACE-Step server is reached. */
export interface AceStepOptions extends MusicConnection {
  readonly poll?: Partial<PollRules>;
  /** For how long the server may not know a task before it counts as lost. Default 30 s. */
  readonly lostAfterMs?: number;
}

const provider = 'ace-step';
/** How long a look whether it is there may take. */
const LOOK = { totalMs: 5_000 };
/** As much as tells key, groove and voice, and costs little to repaint around. */
const CONTEXT_SECONDS = 20;

/**
 * ACE-Step 1.5: a task is released, asked for until it is done, and its file fetched. The server has no cancel: what it has begun
 * it finishes. docs/en/API.md of ace-step/ACE-Step-1.5.
 */
export function createAceStepAdapter(options: AceStepOptions): MusicAdapter {
  const { baseUrl, model, renders = 1, silenceMs = 900_000, lostAfterMs = 30_000 } = options;
  const { maxBytes = MAX_SOUND_BYTES } = options.download ?? {};
  const http = createHttpClient({
    ...options.http,
    ...bearerWhereSet(options.key),
    provider,
    baseUrl,
    readWords: wordsIn,
  });
  const rules: PollRules = { ...POLL_RULES, everyMs: 500, limitMs: silenceMs, ...options.poll };
  const timeouts = { totalMs: rules.questionMs, firstByteMs: rules.questionMs / 3 };
  const ask = async (path: string, body: HttpBody | undefined, signal: AbortSignal): Promise<unknown> => {
    const call = { method: body ? 'POST' : 'GET', path, cost: 'free', signal, timeouts } as const;
    return dataIn(await http.send(body ? { ...call, body } : call), 'free');
  };
  const watch = createTaskWatch({ rules, lostAfterMs, ask });

  /** @returns the id of the task */
  async function release(request: MusicRequest, signal: AbortSignal): Promise<string> {
    const fields = { ...commonFields(request, model), ...taskFields(request) };
    const parts: FormPart[] = Object.entries(fields).map(([name, value]) => ({ name, value }));
    const around = request.context?.around;
    if (around) {
      const value = await readFile(around.path);
      parts.push({ name: 'src_audio', value, fileName: 'around.flac', contentType: around.mediaType });
    }
    // It costs no money, but a task that was released twice is worked on twice.
    const call = { method: 'POST', path: '/release_task', body: formBody(parts), cost: 'paid', signal } as const;
    const task = objectOf(dataIn(await http.send(call), 'paid'));
    const taskId = textOf(task?.['task_id']);
    if (taskId === undefined) throw answerInvalid(provider, 'names no task');
    return taskId;
  }

  async function render(request: MusicRequest, context: MusicCallContext): Promise<RenderedMusic> {
    const { signal, savedTaskId } = context;
    const taskId = savedTaskId ?? (await release(request, signal));
    if (savedTaskId === undefined) await context.saveTaskId(taskId);
    const { file, model: made } = await watch.untilDone(taskId, context);
    const sound = await fetchSound(placeOf(file), request, signal);
    return { ...sound, engine: `ACE-Step ${made ?? model ?? ''}`.trim(), warnings: [] };
  }

  /** What was repainted comes with what stands around it. */
  async function fetchSound(from: string, { path, context }: MusicRequest, signal: AbortSignal) {
    const around = context?.around;
    const whole = around ? `${path}.whole` : path;
    const expected = { path: whole, maxBytes, typeOf: soundMediaType };
    const sound = await http.save({ method: 'GET', path: from, cost: 'free', signal }, expected);
    if (!around) return sound;
    try {
      if (sound.mediaType !== 'audio/wav') throw answerInvalid(provider, `is ${sound.mediaType} and not audio/wav`);
      const sizeBytes = await cutWav(whole, path, around);
      return { sizeBytes, mediaType: sound.mediaType };
    } finally {
      await rm(whole, { force: true });
    }
  }

  async function modelName(signal: AbortSignal): Promise<string> {
    const look = { method: 'GET', path: '/v1/models', cost: 'free', signal, timeouts: LOOK, attempts: 1 } as const;
    const offered = objectOf(dataIn(await http.send(look), 'free'));
    const names = listOf(offered?.['models']).flatMap((one) => textOf(objectOf(one)?.['name']) ?? []);
    // A server that loads its models with the first task lists none before.
    if (model !== undefined && names.length > 0 && !names.includes(model)) throw unknownModel(model, names);
    return model ?? textOf(offered?.['default_model']) ?? '1.5';
  }

  return {
    name: provider,
    isPaid: false,
    describe: async (signal) => capabilitiesOf(await modelName(signal), renders),
    render,
    async check(signal) {
      await modelName(signal);
    },
    close: () => http.close(),
  };
}

/** `/v1/audio?path=...` of the same server; the key would go to any other. */
function placeOf(file: string): string {
  if (file.startsWith('/')) return file;
  throw answerInvalid(provider, 'names a file at another place than the server');
}

function unknownModel(model: string, names: readonly string[]): FramesongError {
  const offered = names.join(', ');
  return new FramesongError(
    `the server does not offer the model ${model}: it has ${offered}; set FRAMESONG_ACE_STEP_MODEL`,
    { code: 'FAILED_PRECONDITION', reason: 'PROVIDER_MODEL_UNKNOWN', metadata: { provider } },
  );
}

function capabilitiesOf(model: string, lanes: number): MusicCapabilities {
  return {
    engine: `ACE-Step ${model}`,
    description: 'A diffusion model for songs with words in many languages, on a server of your own.',
    isGenerative: true,
    isPaid: false,
    makesSections: true,
    makesSongs: true,
    playsScore: false,
    contextSeconds: CONTEXT_SECONDS,
    repaints: true,
    fillsGaps: true,
    // Its own code moves the number by a clock while the model works (`_start_diffusion_progress_estimator`).
    progress: 'estimated',
    cancels: false,
    reattaches: 'by task id',
    lanes,
    maxSongSeconds: DURATION_SECONDS.max,
    mediaTypes: ['audio/flac', 'audio/wav'],
    styles: [],
    lyricsForm: 'ace-step',
    lyricsLimits: { maxCharacters: 4096 },
  };
}
