import { connectedComponents } from '../raster/components.ts';
import type { LabPlanes } from '../raster/lab.ts';
import { backdropOffset, isColoured, type Backdrop } from './backdrop.ts';

const LEAST_HOLE_SHARE = 0.00005;
// Mean differences of Lab: below the first it is the backdrop itself, whatever else speaks against it.
const SAME = 0.9;
const ALIKE = 2.2;
// A gap ends at a sleeve; a light fold of a cloth fades into the next. Distance from the backdrop a few pixels further on.
const CLEAR_RIM = 20;
const RIM_STEP_PX = 5;

/** What is known about a reference while its backdrop is keyed out. */
export interface KeyedPicture {
  readonly lab: LabPlanes;
  readonly backdrop: Backdrop;
  readonly distances: Float32Array;
  /** How likely each pixel belongs to a person. */
  readonly person: Float32Array;
  /** Distance below which a pixel is like the backdrop. */
  readonly limit: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Takes gaps out of a hard mask, in place: under an arm the backdrop shows without meeting the border. A pale patch of
 * clothing is like a pale backdrop too. They are told apart by the mean colour, in which the noise of a camera cancels out
 * and the shade of a cloth does not; in doubt the person model decides. No clothing looks like a coloured screen.
 */
export function removeHoles(figure: Float32Array, picture: KeyedPicture): void {
  const { lab, backdrop, distances, person, limit, width, height } = picture;
  const reach = isColoured(backdrop) ? limit * 1.4 : limit * 0.6;
  const alike = new Uint8Array(width * height);
  for (let i = 0; i < alike.length; i++) alike[i] = figure[i] === 1 && distances[i]! < reach ? 1 : 0;
  const { labels, areasPx } = connectedComponents(alike, width, height);
  const claims = new Float64Array(areasPx.length);
  const sums = new Float64Array(3 * areasPx.length);
  const offset = new Float64Array(3);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label === 0) continue;
    claims[label]! += person[i]!;
    backdropOffset(lab, backdrop, i, width, height, offset);
    for (let k = 0; k < 3; k++) sums[3 * label + k]! += offset[k]!;
  }
  const { rims, rimsPx } = rimsOf(labels, areasPx.length, distances, width, height);
  const hole = areasPx.map((area, label) => {
    if (label === 0 || area < width * height * LEAST_HOLE_SHARE) return false;
    if (isColoured(backdrop)) return true;
    const shift = Math.hypot(sums[3 * label]! / area, sums[3 * label + 1]! / area, sums[3 * label + 2]! / area);
    if (shift < ALIKE && claims[label]! / area < 0.6) return true;
    return shift < SAME && rims[label]! / Math.max(1, rimsPx[label]!) > CLEAR_RIM;
  });
  for (let i = 0; i < labels.length; i++) if (hole[labels[i]!]) figure[i] = 0;
}

// What lies a few pixels beside every patch, as sums of distances.
function rimsOf(labels: Int32Array, count: number, distances: Float32Array, width: number, height: number) {
  const rims = new Float64Array(count);
  const rimsPx = new Float64Array(count);
  for (let y = RIM_STEP_PX; y < height - RIM_STEP_PX; y++)
    for (let x = RIM_STEP_PX; x < width - RIM_STEP_PX; x++) {
      const label = labels[y * width + x]!;
      if (label === 0) continue;
      for (const step of [-RIM_STEP_PX, RIM_STEP_PX, -RIM_STEP_PX * width, RIM_STEP_PX * width]) {
        const other = y * width + x + step;
        if (labels[other] === label) continue;
        rims[label]! += Math.min(60, distances[other]!);
        rimsPx[label]!++;
      }
    }
  return { rims, rimsPx };
}
