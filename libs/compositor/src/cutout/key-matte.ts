import { boxMean } from '../raster/box-filter.ts';
import { clamp } from '../raster/raster.ts';
import { backdropDistances, fitBackdrop, isColoured } from './backdrop.ts';
import type { Matte } from './cutout.ts';
import type { ReferenceAnalysis } from './reference-analysis.ts';
import { removeHoles } from './key-holes.ts';
import { withoutSpill } from './spill.ts';
import { withoutStrandGaps } from './strand-gaps.ts';
import { unmixEdges } from './unmix-edges.ts';

const LEAST_BORDER_SHARE = 0.62;
const MOST_SPREAD = 7;
// Surroundings in even bands, as a building has, are no backdrop: what is left then runs from side to side.
const MOST_SIDE_SHARE = { ofPerson: 0.5, ofOther: 0.15 } as const;
const CORE_DEPTH_PX = 7;
const LEAST_QUALITY = 0.4;
// Mean distance from the backdrop along the outline, in Lab, from which an outline is sure.
const CLEAR_EDGE = 26;

/** Keys out a plain or evenly graded backdrop; nothing when the border shows none, or hardly any figure is left. */
export async function keyMatte(analysis: ReferenceAnalysis): Promise<Matte | undefined> {
  const { width, height } = analysis.image;
  const lab = analysis.lab();
  const backdrop = fitBackdrop(lab, width, height);
  if (backdrop.share < LEAST_BORDER_SHARE || backdrop.spread > MOST_SPREAD) return undefined;
  const limit = clamp(backdrop.spread * 2.2, 6.5, 13);
  const distances = backdropDistances(lab, backdrop, width, height);
  const person = await analysis.person();
  const core = isColoured(backdrop) ? undefined : coreOf(person, width, height);
  const figure = outsideRemoved(distances, person, core, limit, width, height);
  removeHoles(figure, { lab, backdrop, distances, person, limit, width, height });
  const opened = withoutThinNoise(figure, distances, limit, width, height);
  if (isSurroundings(opened, person, width)) return undefined;
  const solid = withoutStrandGaps(opened, distances, width, height);
  const share = solid.reduce((sum, value) => sum + value, 0) / solid.length;
  if (share < 0.01 || share > 0.95) return undefined;
  const { alpha, image } = unmixEdges(analysis.image, solid);
  const clean = withoutSpill(image, solid, backdrop);
  const clearness = clamp(edgeContrast(solid, distances, width, height) / CLEAR_EDGE, 0.4, 1);
  const quality = clamp(backdrop.share * (1 - backdrop.spread / 20) * clearness, 0, 1);
  if (quality < LEAST_QUALITY) return undefined;
  return { method: 'key', quality, alpha, image: clean };
}

// How far the figure differs from the backdrop just inside its outline.
function edgeContrast(figure: Float32Array, distances: Float32Array, width: number, height: number): number {
  const nearness = boxMean(figure, width, height, 4);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < figure.length; i++)
    if (figure[i] === 1 && nearness[i]! > 0.6 && nearness[i]! < 0.85) {
      sum += Math.min(60, distances[i]!);
      count++;
    }
  return sum / Math.max(1, count);
}

// A bust may be cut off by both sides, when it is that of a person; a street before a plain sky is, too.
function isSurroundings(figure: Float32Array, person: Float32Array, width: number): boolean {
  const side = Math.min(touches(figure, 0, width), touches(figure, width - 1, width));
  let claims = 0;
  let area = 1;
  for (let i = 0; i < figure.length; i++)
    if (figure[i] === 1) {
      claims += person[i]!;
      area++;
    }
  return side > (claims / area > 0.5 ? MOST_SIDE_SHARE.ofPerson : MOST_SIDE_SHARE.ofOther);
}

// Share of the picture's height over which the figure meets one of its sides.
function touches(figure: Float32Array, column: number, width: number): number {
  let touching = 0;
  for (let i = column; i < figure.length; i += width) touching += figure[i]!;
  return (touching * width) / figure.length;
}

// Deep inside of what the model is sure of: a white suit before white paper must not be flooded from its seams.
function coreOf(person: Float32Array, width: number, height: number): Uint8Array {
  const sure = person.map((value) => (value > 0.93 ? 1 : 0));
  return Uint8Array.from(boxMean(sure, width, height, CORE_DEPTH_PX), (share) => (share > 0.999 ? 1 : 0));
}

// Everything that the border reaches through pixels like the backdrop is outside.
function outsideRemoved(
  distances: Float32Array,
  person: Float32Array,
  core: Uint8Array | undefined,
  limit: number,
  width: number,
  height: number,
): Float32Array {
  const figure = new Float32Array(width * height).fill(1);
  const stack = new Int32Array(width * height);
  let depth = 0;
  const visit = (pixel: number, strictness: number) => {
    if (figure[pixel] === 0 || core?.[pixel]) return;
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
