import { fork, type ChildProcess } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { fromPlainError, toFramesongError, type FramesongError } from '@framesong/errors';
import type { FromWorker, ToWorker } from './messages.ts';

/** A task that is told to stop may end by itself for this long; then its process is killed. Native work never does. */
const STOP_GRACE_MS = 30;
/** A worker that is not ready by then is killed. Generous: loading native libraries on a busy machine takes seconds. */
const START_LIMIT_MS = 30_000;
const STDERR_TAIL_CHARS = 4096;

export interface WorkerProcessOptions {
  readonly entry: URL | string;
  readonly niceness: number;
  readonly env: Readonly<Record<string, string>>;
}

/** How a process ended. `text` is for the log: exit code or signal, and the last it wrote to stderr. */
export interface WorkerEnd {
  readonly kind: 'ended';
  /** False when it ended before it could take a task. */
  readonly wasReady: boolean;
  readonly text: string;
}

/** What became of one task in one process. */
export type WorkerAnswer =
  | { readonly kind: 'done'; readonly value: unknown; readonly cpuMs: number }
  | { readonly kind: 'failed'; readonly error: FramesongError }
  | WorkerEnd;

/** One child process; runs one task at a time. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  /** True once it takes tasks, false when it ended before. */
  readonly ready: Promise<boolean>;
  readonly ended: Promise<WorkerEnd>;
  /** Fires when the process has ended. */
  readonly endedSignal: AbortSignal;
  /** Tasks that it was given so far. */
  readonly taskCount: number;
  /** Resident memory after its last task. */
  readonly rssBytes: number;
  /** Never rejects. */
  perform(task: string, payload: unknown, onProgress: (event: unknown) => void): Promise<WorkerAnswer>;
  /** Asks the running task to end and kills the process when it does not within {@link STOP_GRACE_MS}. */
  stop(): void;
  kill(): void;
}

/** Starts a worker process with an environment of its own: nothing of this process's environment is passed on. */
export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const child = fork(entryPath(options.entry), [], {
    serialization: 'advanced',
    // Pixels and samples live outside V8's heap, and a large young generation only lets V8 collect them late: a song of
    // four minutes then takes 440 MB instead of 270.
    execArgv: ['--max-semi-space-size=4'],
    env: { MALLOC_ARENA_MAX: '2', ...options.env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  lowerPriority(child, options.niceness);

  const ready = Promise.withResolvers<boolean>();
  let isReady = false;
  const ended = endOf(child).then((text): WorkerEnd => ({ kind: 'ended', wasReady: isReady, text }));
  const endedAbort = new AbortController();
  let current: { id: number; onProgress: (event: unknown) => void; answer: (answer: WorkerAnswer) => void } | undefined;
  let stopTimer: NodeJS.Timeout | undefined;
  let taskCount = 0;
  let rssBytes = 0;

  const kill = (): void => void child.kill('SIGKILL');
  const startTimer = setTimeout(kill, START_LIMIT_MS);
  const finish = (answer: WorkerAnswer): void => {
    clearTimeout(stopTimer);
    const finished = current;
    current = undefined;
    finished?.answer(answer);
  };
  const send = (message: ToWorker): void => void child.send(message, () => undefined);

  child.on('disconnect', kill);
  child.on('message', (message: FromWorker) => {
    if (message.kind === 'ready') {
      clearTimeout(startTimer);
      isReady = true;
      ready.resolve(true);
      return;
    }
    if (message.id !== current?.id) return;
    if (message.kind === 'progress') {
      current.onProgress(message.event);
      return;
    }
    rssBytes = message.rssBytes;
    if (message.kind === 'done') finish({ kind: 'done', value: message.value, cpuMs: message.cpuMs });
    else finish({ kind: 'failed', error: fromPlainError(message.error, message.stack) });
  });
  void ended.then((end) => {
    clearTimeout(startTimer);
    ready.resolve(false);
    endedAbort.abort();
    finish(end);
  });

  return {
    pid: child.pid,
    ready: ready.promise,
    ended,
    endedSignal: endedAbort.signal,
    get taskCount() {
      return taskCount;
    },
    get rssBytes() {
      return rssBytes;
    },
    async perform(task, payload, onProgress) {
      if (endedAbort.signal.aborted) return ended;
      const id = ++taskCount;
      const answer = Promise.withResolvers<WorkerAnswer>();
      current = { id, onProgress, answer: answer.resolve };
      try {
        send({ kind: 'run', id, task, payload });
      } catch (thrown) {
        // A payload that cannot be cloned is a fault of the caller's code; the process has seen nothing of it.
        finish({ kind: 'failed', error: toFramesongError(thrown) });
      }
      return answer.promise;
    },
    stop() {
      if (!current) return;
      send({ kind: 'abort', id: current.id });
      stopTimer = setTimeout(kill, STOP_GRACE_MS);
    },
    kill,
  };
}

function entryPath(entry: URL | string): string {
  return entry instanceof URL || entry.startsWith('file:') ? fileURLToPath(entry) : entry;
}

function lowerPriority(child: ChildProcess, niceness: number): void {
  // Set from outside and at once: on Linux threads inherit it only when they start afterwards.
  try {
    if (child.pid !== undefined) os.setPriority(child.pid, niceness);
  } catch {
    // It has ended already, or the system forbids it: slower neighbours, same results.
  }
}

function endOf(child: ChildProcess): Promise<string> {
  let stderrTail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-STDERR_TAIL_CHARS);
  });
  return new Promise((resolve) => {
    const end = (how: string): void => resolve(`${how}; stderr: ${stderrTail || 'empty'}`);
    child.on('error', (error) => {
      if (child.pid === undefined) end(error.message);
    });
    child.on('close', (code, signal) => end(signal ? `killed by ${signal}` : `exit code ${String(code)}`));
  });
}
