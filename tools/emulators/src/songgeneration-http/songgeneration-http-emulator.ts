import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  EmulatedAnswer,
  EmulatedProvider,
  EmulatedRequest,
  EmulatedSocket,
  EmulatorContext,
} from '../emulated-provider.ts';
import { refused, RequestRefused } from '../requests/request-refused.ts';
import { emulatedSound } from '../sounds/emulated-sound.ts';
import { GENRES, readSong, type WantedSong } from './read-song.ts';

const SECONDS_PER_PARAGRAPH = 4;
/** The rest is cut off, without a word. */
const MAX_SECONDS = 120;
/** What the WebSocket says, one after another, whatever the model does. */
const SIMULATED = [0.1, 0.2, 0.3, 0.4, 0.48, 0.56, 0.64, 0.72, 0.8, 0.88, 0.95];

/** What is alive in one emulator. */
interface Wrapper {
  readonly context: EmulatorContext;
  /** By id of the file. */
  readonly songs: Map<string, WantedSong>;
  /** By id of the task: who listens now. */
  readonly listeners: Map<string, EmulatedSocket>;
  /** Ends when the one thread is free again. */
  busy: Promise<unknown>;
}

/**
 * The HTTP wrapper around SongGeneration on loopback. It has one thread: while `/generate` works nobody gets an answer, and it
 * goes on when its caller has left. Each paragraph takes the emulator's latency. Variants: `model: unloaded`; `end: oom` or
 * `end: unsuccessful` (a 200 that says so); `files: gone` has deleted them.
 */
export function songGenerationHttpEmulator(): EmulatedProvider {
  const listeners = new Map<string, EmulatedSocket>();
  return {
    name: 'songgeneration-http',
    refusal: (status, { code, message }) => ({
      detail: status === 422 ? [{ loc: ['body'], msg: message, type: code }] : message,
    }),
    errorInside200: () => ({ success: false, message: '生成失败' }),
    onSocket(socket, { path }) {
      const taskId = path.slice(path.lastIndexOf('/') + 1);
      // Nothing is said again for those who come late.
      listeners.set(taskId, socket);
      socket.onClose(() => listeners.delete(taskId));
    },
    routes(context) {
      const wrapper: Wrapper = { context, songs: new Map(), listeners, busy: Promise.resolve() };
      const free = (path: string, body: () => unknown) => ({
        method: 'GET',
        path,
        purpose: 'free' as const,
        handle: (): Promise<EmulatedAnswer> => inTurn(wrapper, () => ({ status: 200, json: body() })),
      });
      return [
        free('/ping', () => ({ status: 'pong', timestamp: Date.now() / 1000 })),
        free('/health', () => healthOf(context)),
        free('/supported_genres', () => ({ genres: GENRES })),
        {
          method: 'POST',
          path: '/generate',
          purpose: 'order',
          handle: (request) => inTurn(wrapper, () => generate(wrapper, request)),
        },
        {
          method: 'POST',
          path: '/generate_async',
          purpose: 'free',
          handle: (request) => inTurn(wrapper, () => generateAsync(wrapper, request)),
        },
        {
          method: 'GET',
          path: '/download/{id}',
          purpose: 'result',
          handle: (request) => inTurn(wrapper, () => download(wrapper, request)),
        },
      ];
    },
  };
}

/** Waits until the thread is free. */
async function inTurn<T>(wrapper: Wrapper, work: () => T | Promise<T>): Promise<T> {
  for (let seen: Promise<unknown> | undefined; seen !== wrapper.busy;) {
    seen = wrapper.busy;
    await seen;
  }
  const working = Promise.resolve().then(work);
  wrapper.busy = working.catch(() => undefined);
  return working;
}

function healthOf({ variants }: EmulatorContext): unknown {
  const isLoaded = variants['model'] !== 'unloaded';
  return {
    status: isLoaded ? 'healthy' : 'degraded',
    timestamp: Date.now() / 1000,
    model: { loaded: isLoaded, ready: isLoaded, implementation: 'Official LeVoInference' },
    gpu: { available: true, device_count: 1, memory_allocated: '9.80 GB' },
    api_version: '2.0.0',
    endpoints: {},
  };
}

async function generate(wrapper: Wrapper, request: EmulatedRequest): Promise<EmulatedAnswer> {
  const { variants } = wrapper.context;
  const song = songOf(wrapper, request);
  const fileId = accept(wrapper, song, request);
  await sleep(wrapper.context.latencyMs * song.paragraphs);
  if (variants['end'] === 'oom') throw refused(500, 'FAILED', '生成失败: CUDA out of memory');
  if (variants['end'] === 'unsuccessful') return { status: 200, json: { success: false, message: '模型推理失败' } };
  wrapper.songs.set(fileId, song);
  return {
    status: 200,
    json: {
      success: true,
      message: '歌曲生成成功',
      file_id: fileId,
      file_path: `output/api_generated/${fileId}.flac`,
      generation_time: 412.3,
      sample_rate: 48_000,
      input_config: {},
    },
  };
}

/** Its own refusals are caught by itself once more, and told as 500. */
function songOf({ context }: Wrapper, { bytes, headers }: EmulatedRequest): WantedSong {
  if (context.variants['model'] === 'unloaded') throw refused(503, 'UNLOADED', '模型未初始化');
  try {
    return readSong(bytes, headers);
  } catch (thrown) {
    if (!(thrown instanceof RequestRefused) || thrown.status === 422) throw thrown;
    throw refused(500, 'FAILED', `生成失败: ${thrown.status}: ${thrown.message}`);
  }
}

function accept({ context }: Wrapper, song: WantedSong, { path, bytes }: EmulatedRequest): string {
  const orderId = randomUUID();
  context.paid.accept({ path, body: bytes, images: 0, prompt: song.description, references: [], orderId });
  return orderId;
}

/** In a thread of its own, at once, whatever else is at work. */
function generateAsync(wrapper: Wrapper, request: EmulatedRequest): EmulatedAnswer {
  const song = songOf(wrapper, request);
  const fileId = accept(wrapper, song, request);
  const taskId = randomUUID();
  void simulateProgress(wrapper, taskId, song).then(() => wrapper.songs.set(fileId, song));
  return {
    status: 200,
    json: {
      task_id: taskId,
      message: '音乐生成任务已启动',
      websocket_url: `ws://localhost:7862/ws/progress/${taskId}`,
      instructions: '',
    },
  };
}

async function simulateProgress({ context, listeners }: Wrapper, taskId: string, { paragraphs }: WantedSong) {
  const tell = (progress: number, message: string) =>
    listeners.get(taskId)?.sendText(JSON.stringify({ progress, message, timestamp: Date.now() / 1000 }));
  for (const progress of SIMULATED) {
    tell(progress, '正在生成...');
    await sleep((context.latencyMs * paragraphs) / SIMULATED.length);
  }
  tell(1, '生成完成');
}

function download({ context, songs }: Wrapper, { params }: EmulatedRequest): EmulatedAnswer {
  const song = songs.get(params['id'] ?? '');
  if (!song || context.variants['files'] === 'gone') throw refused(404, 'GONE', '文件不存在或已过期');
  const seconds = Math.min(MAX_SECONDS, song.paragraphs * SECONDS_PER_PARAGRAPH);
  const { body, mediaType } = emulatedSound({ seconds, bpm: 120, key: song.lyrics, format: 'flac' });
  return { status: 200, headers: { 'content-type': mediaType }, body };
}
