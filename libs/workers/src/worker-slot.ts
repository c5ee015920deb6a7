import { log } from '@framesong/telemetry';
import type { PoolTask } from './pool-task.ts';
import type { TaskQueue } from './task-queue.ts';
import {
  startWorkerProcess,
  type WorkerAnswer,
  type WorkerProcess,
  type WorkerProcessOptions,
} from './worker-process.ts';

/** What a slot needs of its pool. */
export interface SlotContext extends WorkerProcessOptions {
  readonly pool: string;
  readonly queue: TaskQueue;
  readonly maxTasksPerWorker: number;
  readonly memoryCapBytes: number;
  /** Fires when the pool closes. */
  readonly closed: AbortSignal;
  /** Settles a task that is released and whose caller still waits. */
  readonly settle: (task: PoolTask, answer: WorkerAnswer) => void;
}

/**
 * The life of one place in the pool: a process, task after task, then the next process.
 * Resolves when the pool is closed and the process is gone.
 */
export async function serveSlot(context: SlotContext): Promise<void> {
  const { queue, closed } = context;
  let worker = await startWorker(context);
  while (!closed.aborted) {
    const task = await queue.take(isAlive(worker) ? worker.endedSignal : undefined);
    if (task) {
      if (!isAlive(worker)) worker = await startWorker(context);
      const answer = task.settled ? undefined : await perform(worker, task);
      queue.release(task);
      if (answer && !task.settled) context.settle(task, answer);
    }
    // A process that ends before its first task is replaced only when there is work, lest it starts for ever.
    if (worker.taskCount > 0 && mustRetire(worker, context)) worker = await replaceWorker(worker, context);
  }
  worker.kill();
  await worker.ended;
}

async function perform(worker: WorkerProcess, task: PoolTask): Promise<WorkerAnswer> {
  task.markStarted(() => worker.stop());
  return worker.perform(task.name, task.payload, (event) => task.progress(event));
}

function isAlive(worker: WorkerProcess): boolean {
  return !worker.endedSignal.aborted;
}

function mustRetire(worker: WorkerProcess, { maxTasksPerWorker, memoryCapBytes }: SlotContext): boolean {
  return !isAlive(worker) || worker.taskCount >= maxTasksPerWorker || worker.rssBytes > memoryCapBytes;
}

async function replaceWorker(worker: WorkerProcess, context: SlotContext): Promise<WorkerProcess> {
  worker.kill();
  await worker.ended;
  return context.closed.aborted ? worker : startWorker(context);
}

/** A process that is ready; or, after a line in the log, one that has ended. */
async function startWorker(context: SlotContext): Promise<WorkerProcess> {
  const worker = startWorkerProcess(context);
  const kill = (): void => worker.kill();
  context.closed.addEventListener('abort', kill, { once: true });
  void worker.ended.then(() => context.closed.removeEventListener('abort', kill));
  if (!(await worker.ready) && !context.closed.aborted) {
    log.error({ pool: context.pool, end: (await worker.ended).text }, 'a worker process did not start');
  }
  return worker;
}
