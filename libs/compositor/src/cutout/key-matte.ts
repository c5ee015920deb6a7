import { boxMean } from '../raster/box-filter.ts';
import { connectedComponents } from '../raster/components.ts';
import { clamp } from '../raster/raster.ts';
import { backdropDistances, fitBackdrop } from './backdrop.ts';
import type { Matte } from './cutout.ts';
import type { ReferenceAnalysis } from './reference-analysis.ts';
import { unmixEdges } from './unmix-edges.ts';

const LEAST_BORDER_SHARE = 0.62;
const MOST_SPREAD = 7;
const LEAST_HOLE_SHARE = 0.00005;

/** Keys out a plain or evenly graded backdrop; nothing when the border shows none, or hardly any figure is left. */
export async function keyMatte(analysis: ReferenceAnalysis): Promise<Matte | undefined> {
  const { width, height } = analysis.image;
  const lab = analysis.lab();
  const backdrop = fitBackdrop(lab, width, height);
  if (backdrop.share < LEAST_BORDER_SHARE || backdrop.spread > MOST_SPREAD) return undefined;
  const limit = clamp(backdrop.spread * 2.2, 6.5, 13);
  const distances = backdropDistances(lab, backdrop, width, height);
  const person = await analysis.person();
  const figure = outsideRemoved(distances, person, limit, width, height);
  removeHoles(figure, distances, person, limit, width, height);
  const solid = withoutThinNoise(figure, distances, limit, width, height);
  const share = solid.reduce((sum, value) => sum + value, 0) / solid.length;
  if (share < 0.01 || share > 0.95) return undefined;
  const { alpha, image } = unmixEdges(analysis.image, solid);
  return { method: 'key', quality: clamp(backdrop.share * (1 - backdrop.spread / 20), 0, 1), alpha, image };
}

// Everything that the border reaches through pixels like the backdrop is outside.
function outsideRemoved(
  distances: Float32Array,
  person: Float32Array,
  limit: number,
  width: number,
  height: number,
): Float32Array {
  const figure = new Float32Array(width * height).fill(1);
  const stack = new Int32Array(width * height);
  let depth = 0;
  const visit = (pixel: number, strictness: number) => {
    if (figure[pixel] === 0) return;
    // White shirts before white walls: where the model is sure of a person, only what is closer to the backdrop goes on.
    const reach = person[pixel]! > 0.85 ? limit * 0.7 : limit;
    if (distances[pixel]! >= reach * strictness) return;
    figure[pixel] = 0;
    stack[depth++] = pixel;
  };
  for (let x = 0; x < width; x++) {
    visit(x, 1);
    visit((height - 1) * width + x, 0.8);
  }
  for (let y = 0; y < height; y++) {
    visit(y * width, 1);
    visit(y * width + width - 1, 1);
  }
  while (depth > 0) {
    const pixel = stack[--depth]!;
    const x = pixel % width;
    if (x > 0) visit(pixel - 1, 1);
    if (x < width - 1) visit(pixel + 1, 1);
    if (pixel >= width) visit(pixel - width, 1);
    if (pixel < width * (height - 1)) visit(pixel + width, 1);
  }
  return figure;
}

// A gap under an arm shows the backdrop without meeting the border. A pale patch of clothing does too: the model decides.
function removeHoles(
  figure: Float32Array,
  distances: Float32Array,
  person: Float32Array,
  limit: number,
  width: number,
  height: number,
): void {
  const alike = new Uint8Array(width * height);
  for (let i = 0; i < alike.length; i++) alike[i] = figure[i] === 1 && distances[i]! < limit * 0.6 ? 1 : 0;
  const { labels, areasPx } = connectedComponents(alike, width, height);
  const claims = new Float64Array(areasPx.length);
  const strangeness = new Float64Array(areasPx.length);
  for (let i = 0; i < labels.length; i++) {
    claims[labels[i]!]! += person[i]!;
    strangeness[labels[i]!]! += distances[i]!;
  }
  const whole = width * height;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    const area = areasPx[label]!;
    if (label === 0 || area < whole * LEAST_HOLE_SHARE) continue;
    // The nearer to the very colour of the backdrop, the surer must the model be to keep it.
    const likeness = strangeness[label]! / area / limit;
    if (likeness < 0.35 && claims[label]! / area < (likeness < 0.25 ? 0.93 : 0.6)) figure[i] = 0;
  }
}

// JPEG leaves a fringe of noise around hard edges. What an opening by two pixels takes away and does not differ clearly from
// the backdrop is that noise; a strand of hair differs.
function withoutThinNoise(
  figure: Float32Array,
  distances: Float32Array,
  limit: number,
  width: number,
  height: number,
): Float32Array {
  const core = boxMean(figure, width, height, 2).map((share) => (share > 0.99 ? 1 : 0));
  const opened = boxMean(core, width, height, 2);
  return figure.map((inside, i) => (inside === 1 && (opened[i]! > 0.01 || distances[i]! > limit * 2.2) ? 1 : 0));
}
