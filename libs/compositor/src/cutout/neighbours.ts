import { boxMean } from '../raster/box-filter.ts';
import { connectedComponents } from '../raster/components.ts';
import { resizePlane } from '../raster/resize-plane.ts';

const GRID_SIDE = 256;
// A waist narrower than this share of the main body's thickness parts two bodies.
const WAIST = 0.45;

/**
 * Takes other people out of a matte, in place: whatever is loose beside the main body, and bodies that hang on it by
 * something narrower and either come in from the left or right edge or stand beside it. People who overlap broadly stay
 * together, and so do thin limbs without a body behind them.
 * @returns true when something was taken out.
 */
export function removeNeighbours(alpha: Float32Array, width: number, height: number): boolean {
  const scale = Math.min(1, GRID_SIDE / Math.max(width, height));
  const columns = Math.max(8, Math.round(width * scale));
  const rows = Math.max(8, Math.round(height * scale));
  const mask = coarseMask(alpha, width, height, columns, rows);
  const thickness = stepsToOutside(mask, columns, rows);
  const heart = heartOf(thickness, columns);
  if (!mask[heart]) return false;
  const part = ownPart(mask, heart, columns, rows);
  const kept = withoutLeftovers(ownBody(part, thickness, heart, columns, rows), part, heart, columns, rows);
  const away = new Float32Array(mask.length);
  let removed = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] && !kept[i]) removed += away[i] = 1;
  if (removed === 0) return false;
  // Its soft rim goes too.
  const rim = boxMean(away, columns, rows, 2);
  for (let i = 0; i < away.length; i++) away[i] = !kept[i] && rim[i]! > 1e-3 ? 1 : 0;
  const fine = resizePlane(away, columns, rows, width, height);
  for (let i = 0; i < alpha.length; i++) alpha[i]! *= 1 - fine[i]!;
  return true;
}

function coarseMask(alpha: Float32Array, width: number, height: number, columns: number, rows: number): Uint8Array {
  const mask = new Uint8Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    const row = Math.floor(((y + 0.5) * height) / rows) * width;
    for (let x = 0; x < columns; x++)
      mask[y * columns + x] = alpha[row + Math.floor(((x + 0.5) * width) / columns)]! > 0.3 ? 1 : 0;
  }
  return mask;
}

// The mask without loose parts whose middle lies beside the part that holds the heart.
function ownPart(mask: Uint8Array, heart: number, columns: number, rows: number): Uint8Array {
  const { labels, areasPx } = connectedComponents(mask, columns, rows);
  const extents = extentsOf(labels, areasPx.length, columns);
  const own = extents[labels[heart]!]!;
  return mask.map((inside, i) => (inside && !isBeside(extents[labels[i]!]!, own) ? 1 : 0));
}

// The mask without bodies that only hang on the one that holds the heart.
function ownBody(mask: Uint8Array, thickness: Float32Array, heart: number, columns: number, rows: number): Uint8Array {
  const limit = thickness[heart]! * WAIST;
  const thick = mask.map((inside, i) => (inside && thickness[i]! > limit ? 1 : 0));
  const cores = connectedComponents(thick, columns, rows);
  const regions = grown(cores.labels, mask, columns, rows);
  const extents = extentsOf(regions, cores.areasPx.length, columns);
  const ownLabel = cores.labels[heart]!;
  const own = extents[ownLabel]!;
  const foreign = extents.map((extent, label) => {
    if (label === 0 || label === ownLabel) return false;
    const tall = extent.bottom - extent.top > (own.bottom - own.top) * 0.55;
    return extent.edgePixels > rows * 0.06 || (tall && isBeside(extent, own));
  });
  return mask.map((inside, i) => (inside && !foreign[regions[i]!] ? 1 : 0));
}

// A neighbour's head and hands go with the body that they hung on: what was one with the heart before stays only if it still is.
function withoutLeftovers(
  kept: Uint8Array,
  before: Uint8Array,
  heart: number,
  columns: number,
  rows: number,
): Uint8Array {
  const was = connectedComponents(before, columns, rows).labels;
  const is = connectedComponents(kept, columns, rows).labels;
  return kept.map((inside, i) => (inside && (is[i] === is[heart] || was[i] !== was[heart]) ? 1 : 0));
}

interface Extent {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Pixels on the left and right edge of the picture. */
  edgePixels: number;
}

function extentsOf(labels: Int32Array, count: number, columns: number): Extent[] {
  const extents = Array.from({ length: count }, () => ({
    left: columns,
    right: -1,
    top: Infinity,
    bottom: -1,
    edgePixels: 0,
  }));
  labels.forEach((label, i) => {
    const extent = extents[label]!;
    const x = i % columns;
    const y = (i - x) / columns;
    if (x < extent.left) extent.left = x;
    if (x > extent.right) extent.right = x;
    if (y < extent.top) extent.top = y;
    extent.bottom = y;
    if (x === 0 || x === columns - 1) extent.edgePixels++;
  });
  return extents;
}

function isBeside(extent: Extent, own: Extent): boolean {
  const middle = (extent.left + extent.right) / 2;
  return middle < own.left || middle > own.right;
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
