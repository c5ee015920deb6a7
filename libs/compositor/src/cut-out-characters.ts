import type { Cutout } from './cutout/cutout.ts';
import { createCutoutCache } from './cutout/cutout-cache.ts';
import type { FrameRequest } from './frame.ts';
import type { StepReporter } from './progress.ts';

/** Cuts out all characters, one after the other, through the request's cache; reports each finished one. */
export async function cutOutCharacters(request: FrameRequest, reporter: StepReporter): Promise<Cutout[]> {
  const cache = request.cutouts ?? createCutoutCache();
  const cutouts: Cutout[] = [];
  for (const [index, { image }] of request.characters.entries()) {
    const cutout = await cache.get(image, `characters[${index}].image`, request.modelPath);
    cutouts.push(cutout);
    await reporter.finished('cut_out', `figure ${index + 1} of ${request.characters.length}: ${cutout.method}`);
  }
  return cutouts;
}
