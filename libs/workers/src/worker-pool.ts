import os from 'node:os';
import { errorOfSignal, throwIfAborted } from '@framesong/errors';
import { ATTR, log, METRICS, record, stage, STAGES } from '@framesong/telemetry';
import { poolBusy, poolClosed, workerCrashed, workerStartFailed } from './pool-errors.ts';
import { watchPool } from './pool-metrics.ts';
import { PoolTask, type WorkerResult } from './pool-task.ts';
import { RunTimes } from './run-times.ts';
import { TaskQueue } from './task-queue.ts';
import type { RunOptions, WorkerPool, WorkerPoolOptions } from './worker-pool-api.ts';
import type { WorkerAnswer } from './worker-process.ts';
import { serveSlot, type SlotContext } from './worker-slot.ts';

/** Starts the processes at once, so that the first task finds a warm one. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { name, queueLimit = 64 } = options;
  const size = options.size === 0 ? os.availableParallelism() : options.size;
  const queue = new TaskQueue(options.weightLimitBytes ?? Infinity);
  const runTimes = new RunTimes();
  const closed = new AbortController();
  const context: SlotContext = {
    pool: name,
    queue,
    entry: options.entry,
    niceness: options.niceness ?? 10,
    env: options.env ?? {},
    maxTasksPerWorker: options.maxTasksPerWorker ?? 500,
    memoryCapBytes: options.memoryCapBytes ?? 1024 ** 3,
    closed: closed.signal,
    settle,
  };
  const stats = (): ReturnType<WorkerPool['stats']> => ({ size, active: queue.active, pending: queue.pending });
  const gauges = watchPool(name, stats);
  const slots = Array.from({ length: size }, () => serveSlot(context));

  function settle(task: PoolTask, answer: WorkerAnswer): void {
    if (answer.kind === 'done') runTimes.add(task.succeed(answer.value, answer.cpuMs));
    else if (answer.kind === 'failed') task.fail(answer.error);
    else if (closed.signal.aborted) task.fail(poolClosed(name));
    else if (!answer.wasReady) task.fail(workerStartFailed(name, answer.text));
    else {
      log.warn({ pool: name, task: task.name, end: answer.text }, 'a worker process crashed');
      if (task.repeatsLeft-- > 0) queue.addFirst(task);
      else task.fail(workerCrashed(name, task.name, answer.text));
    }
  }

  async function run<T>(taskName: string, payload: unknown, runOptions: RunOptions = {}): Promise<WorkerResult<T>> {
    const { signal } = runOptions;
    throwIfAborted(signal);
    if (closed.signal.aborted) throw poolClosed(name);
    const task = new PoolTask(taskName, payload, runOptions);
    if (!queue.add(task, size + queueLimit)) throw poolBusy(name, queueLimit, runTimes.waitMs(queue.pending + 1, size));
    const onAbort = (): void => {
      queue.remove(task);
      task.stop(errorOfSignal(signal!));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      if (!task.hasStarted) {
        await stage(STAGES.waitPool.name, { [ATTR.poolName]: name }, () => task.started());
      }
      const work = () => task.finished();
      const result = (await (runOptions.aroundWork?.(work) ?? work())) as WorkerResult<T>;
      record(METRICS.poolWaitDuration, result.waitMs / 1000, { [ATTR.poolName]: name });
      return result;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async function close(): Promise<void> {
    closed.abort();
    for (const task of queue.close()) task.fail(poolClosed(name));
    await Promise.all(slots);
    gauges[Symbol.dispose]();
  }

  return { run, stats, close, [Symbol.asyncDispose]: close };
}
