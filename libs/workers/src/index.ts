export type { WorkerResult } from './pool-task.ts';
export { serveWorker, type WorkerTask, type WorkerTaskContext } from './serve-worker.ts';
export { poolLimitsOf, workerSettings } from './settings.ts';
export type { RunOptions, WorkerPool, WorkerPoolOptions } from './worker-pool-api.ts';
export { createWorkerPool } from './worker-pool.ts';
