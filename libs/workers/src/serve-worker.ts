import { FramesongError, INTERNAL_TEXT, cancelled, toFramesongError, toPlainError } from '@framesong/errors';
import type { FromWorker, ToWorker, WorkerUsage } from './messages.ts';

/** What a task gets besides its payload. */
export interface WorkerTaskContext {
  /** Tells the caller how far the work is; `event` is structured-cloned. */
  readonly progress: (event: unknown) => void;
  /** Fires when the caller gave up. A task that ends by itself at once keeps its process alive; any other is killed. */
  readonly signal: AbortSignal;
}

/** One kind of work. The payload and the result are structured-cloned, so buffers and typed arrays are fine. */
export type WorkerTask = (payload: never, context: WorkerTaskContext) => unknown;

/**
 * The main loop of a worker file: offers `tasks` by name to the pool that started this process.
 * The process ends itself by SIGKILL when the pool's process is gone, so nothing outlives a killed service.
 * @throws Error when the process was not started by a worker pool.
 */
export function serveWorker(tasks: Readonly<Record<string, WorkerTask>>): void {
  if (!process.send) throw new Error('serveWorker runs only in a process that createWorkerPool started');
  const parentPid = process.ppid;
  let running: { id: number; abort: AbortController } | undefined;

  process.on('disconnect', endProcess);
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'run') void runTask(message);
    else if (running?.id === message.id) running.abort.abort(cancelled('the caller gave up'));
  });
  send({ kind: 'ready' });

  async function runTask({ id, task, payload }: Extract<ToWorker, { kind: 'run' }>): Promise<void> {
    const abort = new AbortController();
    running = { id, abort };
    const cpuAtStart = process.cpuUsage();
    const progress = (event: unknown): void => {
      // A task that never yields does not see `disconnect`; this is its chance to notice that nobody listens.
      if (process.ppid !== parentPid) endProcess();
      send({ kind: 'progress', id, event });
    };
    try {
      const work = tasks[task] as ((payload: unknown, context: WorkerTaskContext) => unknown) | undefined;
      if (!work) throw unknownTask(task, Object.keys(tasks));
      const value = await work(payload, { progress, signal: abort.signal });
      send({ kind: 'done', id, value, ...usageSince(cpuAtStart) });
    } catch (thrown) {
      const stack = (thrown as Partial<Error> | undefined)?.stack;
      send({ kind: 'failed', id, error: toPlainError(toFramesongError(thrown)), stack, ...usageSince(cpuAtStart) });
    } finally {
      running = undefined;
    }
  }
}

function unknownTask(task: string, known: readonly string[]): FramesongError {
  const cause = new Error(`the worker has no task "${task}", it has: ${known.join(', ')}`);
  return new FramesongError(INTERNAL_TEXT, { code: 'INTERNAL', reason: 'WORKER_TASK_UNKNOWN', cause });
}

function usageSince(start: NodeJS.CpuUsage): WorkerUsage {
  const { user, system } = process.cpuUsage(start);
  return { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() };
}

function send(message: FromWorker): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

function endProcess(): void {
  // Not process.exit(): that waits for native work that is still running.
  process.kill(process.pid, 'SIGKILL');
}
