import { randomUUID } from 'node:crypto';
import type { EmulatedAnswer, EmulatedProvider, EmulatedRequest, EmulatorContext } from '../emulated-provider.ts';
import { jsonFields } from '../requests/read-fields.ts';
import { refused } from '../requests/request-refused.ts';
import { emulatedSound } from '../sounds/emulated-sound.ts';
import { readTask, type ReleasedTask } from './read-task.ts';

interface Task {
  readonly id: string;
  readonly wish: ReleasedTask;
  readonly releasedMs: number;
  polls: number;
  /** A job that was refused because the queue is full: it stays, and is never worked on. */
  readonly isGhost: boolean;
}

const AUDIO_FOLDER = '/tmp/api_audio';
const TASK_TIMEOUT_MS = 3_600_000;

/**
 * ACE-Step 1.5 on loopback. Variants: `polls` is how often a task is not yet done (default 2); `queue: full` refuses with 429 and
 * keeps a job all the same; `restart: true` forgets every task once it was asked for; `busy: true` has others at work;
 * `end: failed`, `end: forgotten` (failed, with nothing to tell) or `end: overrun` (given up after an hour); `progress: none` tells
 * neither stage nor progress, as the first servers.
 */
export const aceStepEmulator: EmulatedProvider = {
  name: 'ace-step',
  refusal: (_, { message }) => ({ detail: message }),
  errorInside200: () => envelope(null, 500, 'generation failed: CUDA out of memory'),
  routes(context) {
    const tasks = new Map<string, Task>();
    const withKey =
      (handle: (request: EmulatedRequest) => Promise<EmulatedAnswer> | EmulatedAnswer) =>
      (request: EmulatedRequest) => {
        checkKey(request, context.key);
        return handle(request);
      };
    return [
      {
        method: 'POST',
        path: '/release_task',
        purpose: 'order',
        handle: withKey((request) => release(request, context, tasks)),
      },
      {
        method: 'POST',
        path: '/query_result',
        purpose: 'poll',
        handle: withKey((request) => query(request, context, tasks)),
      },
      { method: 'GET', path: '/v1/audio', purpose: 'result', handle: withKey((request) => audio(request, tasks)) },
      { method: 'GET', path: '/v1/models', purpose: 'free', handle: withKey(() => ok(MODELS)) },
      { method: 'GET', path: '/v1/stats', purpose: 'free', handle: withKey(() => ok(statsOf(context, tasks))) },
      {
        method: 'GET',
        path: '/health',
        purpose: 'free',
        handle: () => ok({ status: 'ok', service: 'ACE-Step API', version: '1.0' }),
      },
    ];
  },
};

const MODELS = { models: [{ name: 'acestep-v15-turbo', is_default: true }], default_model: 'acestep-v15-turbo' };

function envelope(data: unknown, code = 200, error: string | null = null): unknown {
  return { data, code, error, timestamp: Date.now(), extra: null };
}

function ok(data: unknown): EmulatedAnswer {
  return { status: 200, json: envelope(data) };
}

/** A server without a key asks for none. */
function checkKey({ headers }: EmulatedRequest, key: string): void {
  if (key !== '' && headers['authorization'] !== `Bearer ${key}`) throw refused(401, 'UNAUTHORIZED', 'Invalid API key');
}

function release(
  { bytes, headers, path }: EmulatedRequest,
  { paid, variants }: EmulatorContext,
  tasks: Map<string, Task>,
): EmulatedAnswer {
  const wish = readTask(bytes, headers);
  const isGhost = variants['queue'] === 'full';
  const id = randomUUID();
  tasks.set(id, { id, wish, releasedMs: Date.now(), polls: 0, isGhost });
  if (isGhost) throw refused(429, 'BUSY', 'Server busy: queue is full');
  const references = wish.source ? [wish.source] : [];
  paid.accept({ path, body: bytes, images: 0, prompt: wish.prompt, references, orderId: id, seed: wish.seed });
  return ok({ task_id: id, status: 'queued', queue_position: 1 });
}

function query(
  { bytes, headers, quirk }: EmulatedRequest,
  context: EmulatorContext,
  tasks: Map<string, Task>,
): EmulatedAnswer {
  const told = jsonFields(bytes, headers)['task_id_list'];
  const ids = (typeof told === 'string' ? JSON.parse(told) : told) as readonly string[];
  return ok(
    ids.map((id) => {
      const task = tasks.get(id);
      if (context.variants['restart'] === 'true') tasks.delete(id);
      // What the server does not know it calls queued.
      if (!task || context.variants['restart'] === 'true') return { task_id: id, result: '[]', status: 0 };
      task.polls += 1;
      const { status, items } = stateOf(task, context, quirk);
      // The last line that the server has written, whoever it was about.
      return { task_id: id, result: JSON.stringify(items), status, progress_text: 'Generating: 97% | another task' };
    }),
  );
}

function stateOf(
  task: Task,
  { variants, latencyMs }: EmulatorContext,
  quirk: EmulatedRequest['quirk'],
): { readonly status: 0 | 1 | 2; readonly items: readonly object[] } {
  const common = { wave: '', create_time: Math.floor(task.releasedMs / 1000), env: 'development' };
  const polls = Number(variants['polls'] ?? 2);
  const share = Math.min((task.polls - 1) / polls, latencyMs === 0 ? 1 : (Date.now() - task.releasedMs) / latencyMs);
  if (task.isGhost || quirk === 'stuck_status') return working(common, 0, 'queued');
  if (variants['end'] === 'overrun')
    return {
      status: 2,
      items: [{ ...common, file: '', status: 0, create_time: common.create_time - TASK_TIMEOUT_MS }],
    };
  if (share < 1) {
    if (variants['progress'] === 'none')
      return { status: 0, items: [{ ...common, file: '', status: 0, metas: {}, error: null }] };
    if (quirk === 'no_progress') return working(common, undefined, 'Generating music');
    const shown = quirk === 'status_backwards' && task.polls % 2 === 0 ? share / 4 : share;
    return share <= 0 ? working(common, 0, 'queued') : working(common, shown, 'Generating music (batch size: 1)...');
  }
  if (variants['end'] === 'forgotten') return { status: 2, items: [] };
  if (variants['end'] === 'failed')
    return { status: 2, items: [{ ...common, file: '', status: 2, error: 'CUDA out of memory' }] };
  const { prompt, lyrics, format, bpm, seconds, seed } = task.wish;
  return {
    status: 1,
    items: [
      {
        ...common,
        file: `/v1/audio?path=${encodeURIComponent(`${AUDIO_FOLDER}/${task.id}.${format}`)}`,
        status: 1,
        prompt,
        lyrics,
        metas: { bpm, duration: seconds, genres: '', keyscale: '', timesignature: '4' },
        generation_info: '',
        seed_value: String(seed),
        lm_model: 'acestep-5Hz-lm-0.6B',
        dit_model: 'acestep-v15-turbo',
      },
    ],
  };
}

function working(common: object, progress: number | undefined, stage: string) {
  const told = { ...common, file: '', status: 0, prompt: '', lyrics: '', metas: {}, stage, error: null };
  return { status: 0 as const, items: [progress === undefined ? told : { ...told, progress }] };
}

function audio({ query: asked }: EmulatedRequest, tasks: ReadonlyMap<string, Task>): EmulatedAnswer {
  const path = asked.get('path') ?? '';
  if (!path.startsWith(`${AUDIO_FOLDER}/`)) throw refused(403, 'FORBIDDEN', 'Access denied');
  const id = path.slice(AUDIO_FOLDER.length + 1).replace(/\.\w+$/, '');
  const task = tasks.get(id);
  if (!task) throw refused(404, 'NOT_FOUND', `Audio file not found: ${path}`);
  const { seconds, bpm, format, seed } = task.wish;
  const { body, mediaType } = emulatedSound({ seconds, bpm, format, key: String(seed) });
  return { status: 200, headers: { 'content-type': mediaType }, body };
}

function statsOf({ variants }: EmulatorContext, tasks: ReadonlyMap<string, Task>): unknown {
  const all = [...tasks.values()];
  const queued = all.filter(({ isGhost }) => isGhost).length;
  const running = variants['busy'] === 'true' ? 1 : all.length - queued;
  return {
    jobs: { total: all.length, queued, running, succeeded: 0, failed: 0 },
    queue_size: 0,
    queue_maxsize: 200,
    avg_job_seconds: 8.5,
  };
}
