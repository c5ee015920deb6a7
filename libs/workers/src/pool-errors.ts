import { FramesongError, unavailable } from '@framesong/errors';

/** The queue is full; `retryAfterMs` is when the present work will be done. */
export function poolBusy(pool: string, queueLimit: number, retryAfterMs: number): FramesongError {
  return new FramesongError(
    `all ${pool} workers are busy and ${queueLimit} tasks wait already: repeat the call later`,
    {
      code: 'RESOURCE_EXHAUSTED',
      reason: 'POOL_BUSY',
      retryAfterMs,
      metadata: { pool, queueLimit: String(queueLimit) },
    },
  );
}

/** The pool was closed before the task was done. */
export function poolClosed(pool: string): FramesongError {
  return unavailable(`the ${pool} workers are being stopped: repeat the call elsewhere or later`, 'POOL_CLOSED', 1000);
}

/** The process ended under the task; `end` says how, for the log. */
export function workerCrashed(pool: string, task: string, end: string): FramesongError {
  return workerFault('WORKER_CRASHED', pool, `a ${pool} worker process ended in the middle of ${task}`, end);
}

/** No process could be started for the task; `end` says why, for the log. */
export function workerStartFailed(pool: string, end: string): FramesongError {
  return workerFault('WORKER_START_FAILED', pool, `no ${pool} worker process could be started`, end);
}

function workerFault(reason: string, pool: string, what: string, end: string): FramesongError {
  const message = `${what}; quote the trace id when you report it`;
  return new FramesongError(message, { code: 'INTERNAL', reason, cause: end, metadata: { pool } });
}
