import { defineSettings, integer, sizeBytes, type SettingsOf } from '@framesong/config';
import type { WorkerPoolOptions } from './worker-pool-api.ts';

/** Settings of the worker processes that the CPU-bound libraries run in. */
export const workerSettings = defineSettings('workers', {
  processes: integer({
    env: 'FRAMESONG_WORKER_PROCESSES',
    default: 0,
    min: 0,
    max: 256,
    description: 'Worker processes that pictures and sound are computed in. 0 means one per processor core.',
  }),
  niceness: integer({
    env: 'FRAMESONG_WORKER_NICENESS',
    default: 10,
    min: 0,
    max: 19,
    description: 'How far worker processes stand back behind the service that answers calls: 0 not at all, 19 most.',
  }),
  memoryCapBytes: sizeBytes({
    env: 'FRAMESONG_WORKER_MEMORY_CAP',
    default: '1GB',
    min: '64MB',
    max: '64GB',
    description: 'A worker process whose resident memory is over this after a task is replaced by a fresh one.',
  }),
  tasksPerWorker: integer({
    env: 'FRAMESONG_WORKER_TASKS',
    default: 500,
    min: 1,
    max: 1_000_000,
    description: 'A worker process is replaced by a fresh one after this many tasks.',
  }),
  queueLimit: integer({
    env: 'FRAMESONG_WORKER_QUEUE',
    default: 64,
    min: 0,
    max: 100_000,
    description: 'Tasks that may wait for a worker process; more are refused with a computed retry delay.',
  }),
});

/** The limits of a pool by {@link workerSettings}. */
export function poolLimitsOf(
  settings: SettingsOf<typeof workerSettings>,
): Required<Pick<WorkerPoolOptions, 'size' | 'niceness' | 'memoryCapBytes' | 'maxTasksPerWorker' | 'queueLimit'>> {
  const { processes: size, niceness, memoryCapBytes, tasksPerWorker: maxTasksPerWorker, queueLimit } = settings;
  return { size, niceness, memoryCapBytes, maxTasksPerWorker, queueLimit };
}
