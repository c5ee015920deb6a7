import { stage, STAGES } from '@framesong/telemetry';
import type { PictureFit } from '@framesong/compositor';
import type { WorkerPool } from '@framesong/workers';
import { roleIsApi } from './role-is-api.ts';

/** A picture to be brought to a size, and what is written into it. */
export interface FitTask extends PictureFit {
  readonly picture: Uint8Array;
}

/** Makes a PNG of exactly the wanted size. */
export type FitInPool = (task: FitTask, signal: AbortSignal) => Promise<Uint8Array>;

/** In child processes, because decoding and scaling is work. */
export function createFitInPool(pool: WorkerPool): FitInPool {
  return async (task, signal) => {
    const { value } = await pool.run<Uint8Array>('fit', task, {
      signal,
      aroundWork: (work) => stage(STAGES.fitPicture.name, {}, work),
    });
    return value;
  };
}

/** In a process that accepts jobs and runs none. */
export const fittedElsewhere: FitInPool = () => Promise.reject(roleIsApi());
