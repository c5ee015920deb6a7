import { stage, STAGES } from '@framesong/telemetry';
import type { ImageBytes, MakeCollage } from '@framesong/providers';
import type { WorkerPool } from '@framesong/workers';
import type { Preparation } from './preparation.ts';
import { roleIsApi } from './role-is-api.ts';

/** Pictures to be laid out on one sheet. */
export interface CollageTask {
  readonly pictures: readonly { readonly label: string; readonly bytes: Uint8Array }[];
  readonly maxSidePixels: number;
  readonly maxSizeBytes: number;
}

/**
 * Collages made in child processes. One takes what its pictures were given of the budget of all references, or what one picture
 * may take where that is more.
 */
export function createCollageInPool(
  pool: WorkerPool,
  { budgetBytes, totalBytes, maxSidePixels }: Preparation,
): MakeCollage {
  // Whether it is sent as base64 is not known here, so it is made small enough for that.
  const forOneBytes = Math.floor((3 / 4) * Math.min(budgetBytes, totalBytes / 2));
  return async (pictures, signal) => {
    const ownBytes = pictures.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    const task: CollageTask = {
      pictures: pictures.map(({ label, bytes }) => ({ label, bytes })),
      maxSidePixels,
      maxSizeBytes: Math.max(ownBytes, forOneBytes),
    };
    const { value } = await pool.run<ImageBytes>('collage', task, {
      signal,
      aroundWork: (work) => stage(STAGES.makeCollage.name, {}, work),
    });
    return value;
  };
}

/** In a process that accepts jobs and runs none. */
export const collagedElsewhere: MakeCollage = () => Promise.reject(roleIsApi());
