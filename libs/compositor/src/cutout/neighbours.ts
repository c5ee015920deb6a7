import { boxMean } from '../raster/box-filter.ts';
import { connectedComponents } from '../raster/components.ts';

const GRID_SIDE = 256;
// A waist narrower than this share of the main body's thickness parts two bodies.
const WAIST = 0.45;

/**
 * Takes other people out of a matte, in place: bodies that hang on the main one by something narrower, and that either
 * come in from the left or right edge or stand beside it. Thin limbs without a body behind them stay.
 * @returns true when something was taken out.
 */
export function removeNeighbours(alpha: Float32Array, width: number, height: number): boolean {
  const scale = Math.min(1, GRID_SIDE / Math.max(width, height));
  const columns = Math.max(8, Math.round(width * scale));
  const rows = Math.max(8, Math.round(height * scale));
  const at = (x: number, y: number) =>
    Math.min(height - 1, Math.floor(((y + 0.5) * height) / rows)) * width +
    Math.min(width - 1, Math.floor(((x + 0.5) * width) / columns));
  const mask = new Uint8Array(columns * rows);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) mask[y * columns + x] = alpha[at(x, y)]! > 0.5 ? 1 : 0;

  const thickness = stepsToOutside(mask, columns, rows);
  const heart = heartOf(thickness, columns);
  const limit = thickness[heart]! * WAIST;
  const thick = Uint8Array.from(thickness, (steps) => (steps > limit ? 1 : 0));
  const cores = connectedComponents(thick, columns, rows);
  if (cores.areasPx.length < 3) return false;
  const regions = grown(cores.labels, mask, columns, rows);
  const foreign = foreignLabels(regions, cores.labels[heart]!, cores.areasPx.length, columns, rows);
  if (foreign.size === 0) return false;
  const away = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.min(rows - 1, Math.floor((y / height) * rows)) * columns;
    for (let x = 0; x < width; x++)
      if (foreign.has(regions[row + Math.min(columns - 1, Math.floor((x / width) * columns))]!))
        away[y * width + x] = 1;
  }
  const softAway = boxMean(away, width, height, 3);
  for (let i = 0; i < alpha.length; i++) alpha[i]! *= 1 - softAway[i]!;
  for (let i = 0; i < alpha.length; i++) if (away[i]! > 0.5) alpha[i] = 0;
  return true;
}

// Steps to the nearest pixel outside the mask. The picture's edge does not count: a body cut off there is still thick.
function stepsToOutside(mask: Uint8Array, columns: number, rows: number): Float32Array {
  const steps = new Float32Array(mask.length);
  for (let i = 0; i < mask.length; i++) steps[i] = mask[i] ? 1e6 : 0;
  const relax = (i: number, from: number, cost: number) => {
    const candidate = steps[from]! + cost;
    if (candidate < steps[i]!) steps[i] = candidate;
  };
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const i = y * columns + x;
      if (x > 0) relax(i, i - 1, 1);
      if (y > 0) relax(i, i - columns, 1);
      if (y > 0 && x > 0) relax(i, i - columns - 1, 1.414);
      if (y > 0 && x < columns - 1) relax(i, i - columns + 1, 1.414);
    }
  for (let y = rows - 1; y >= 0; y--)
    for (let x = columns - 1; x >= 0; x--) {
      const i = y * columns + x;
      if (x < columns - 1) relax(i, i + 1, 1);
      if (y < rows - 1) relax(i, i + columns, 1);
      if (y < rows - 1 && x < columns - 1) relax(i, i + columns + 1, 1.414);
      if (y < rows - 1 && x > 0) relax(i, i + columns - 1, 1.414);
    }
  return steps;
}

// The thickest place, those near the middle preferred.
function heartOf(thickness: Float32Array, columns: number): number {
  let best = 0;
  let bestScore = -1;
  for (let i = 0; i < thickness.length; i++) {
    const offCentre = Math.abs((i % columns) / columns - 0.5) * 2;
    const score = thickness[i]! * (1 - 0.6 * offCentre);
    if (score > bestScore) [best, bestScore] = [i, score];
  }
  return best;
}

// Every pixel of the mask goes to the core that reaches it first.
function grown(cores: Int32Array, mask: Uint8Array, columns: number, rows: number): Int32Array {
  const regions = cores.slice();
  const queue = new Int32Array(mask.length);
  let end = 0;
  for (let i = 0; i < mask.length; i++) if (regions[i]) queue[end++] = i;
  for (let head = 0; head < end; head++) {
    const pixel = queue[head]!;
    const x = pixel % columns;
    const spread = (to: number) => {
      if (!mask[to] || regions[to]) return;
      regions[to] = regions[pixel]!;
      queue[end++] = to;
    };
    if (x > 0) spread(pixel - 1);
    if (x < columns - 1) spread(pixel + 1);
    if (pixel >= columns) spread(pixel - columns);
    if (pixel < columns * (rows - 1)) spread(pixel + columns);
  }
  return regions;
}

function foreignLabels(regions: Int32Array, own: number, count: number, columns: number, rows: number): Set<number> {
  const edge = new Int32Array(count);
  const first = Array.from({ length: count }, () => ({ x: columns, y: rows }));
  const last = Array.from({ length: count }, () => ({ x: -1, y: -1 }));
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const label = regions[y * columns + x]!;
      if (label === 0) continue;
      if (x === 0 || x === columns - 1) edge[label]!++;
      first[label]!.x = Math.min(first[label]!.x, x);
      first[label]!.y = Math.min(first[label]!.y, y);
      last[label]!.x = Math.max(last[label]!.x, x);
      last[label]!.y = Math.max(last[label]!.y, y);
    }
  const ownHeight = last[own]!.y - first[own]!.y + 1;
  const foreign = new Set<number>();
  for (let label = 1; label < count; label++) {
    if (label === own || last[label]!.x < 0) continue;
    const middle = (first[label]!.x + last[label]!.x) / 2;
    const beside = middle < first[own]!.x || middle > last[own]!.x;
    const tall = last[label]!.y - first[label]!.y + 1 > ownHeight * 0.55;
    if (edge[label]! > rows * 0.06 || (beside && tall)) foreign.add(label);
  }
  return foreign;
}
