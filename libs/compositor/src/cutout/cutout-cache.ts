import { createHash } from 'node:crypto';
import { decodeReference } from '../input/decode-image.ts';
import { cutOut } from './cut-out.ts';
import type { Cutout } from './cutout.ts';

// Enough for a figure that fills an HD frame; the time of a cut-out grows with its square.
const CUTOUT_SIDE_PX = 1100;

/** Finished cut-outs by the content of their reference: a preview and the frame after it cut out once. */
export interface CutoutCache {
  /**
   * The cut-out of this picture, now or from before. A picture that fails is not kept.
   * Throws INVALID_ARGUMENT / IMAGE_UNREADABLE that names `field`.
   */
  get(bytes: Uint8Array, field: string, modelPath: string | undefined): Promise<Cutout>;
}

/** An empty cache. It holds about 5 MB per figure and lives as long as its frame is worked on. */
export function createCutoutCache(): CutoutCache {
  const cutouts = new Map<string, Cutout>();
  return {
    async get(bytes, field, modelPath) {
      const digest = createHash('sha256').update(bytes).digest('hex');
      let cutout = cutouts.get(digest);
      if (!cutout) {
        cutout = await cutOut(await decodeReference(bytes, field, CUTOUT_SIDE_PX), modelPath);
        cutouts.set(digest, cutout);
      }
      return cutout;
    },
  };
}
