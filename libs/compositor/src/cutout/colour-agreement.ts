import { connectedComponents } from '../raster/components.ts';
import { labPlanes, type LabPlanes } from '../raster/lab.ts';
import { clamp, type RgbaImage } from '../raster/raster.ts';
import { resizePlane } from '../raster/resize-plane.ts';
import { rasterOf, sharpOf } from '../raster/sharp-raster.ts';

const GRID_SIDE = 192;
const ROUNDS = 10;
// Bins of 8 in L and of 7 in a and b: fine enough to tell fur from sand, coarse enough to be filled.
const BINS = { lightness: 13, chroma: 32 } as const;
const BELIEF = { least: -1.6, most: 3 } as const;
const MOST_EVIDENCE = 4;
const NEIGHBOUR_PULL = 2.4;
const BOX_MARGIN = 0.25;
const NEAR_WEIGHT = 0.4;
// Difference in Lab at which two neighbours hardly pull on each other any more.
const EDGE = 9;

/** What is figure by colour: the answer of the grid, and how far apart the colours of the two sides are, 0 to 1. */
export interface ColourAgreement {
  /** 0 to 1 per pixel of the picture. */
  readonly likelihood: Float32Array;
  readonly separation: number;
}

/**
 * Makes a first guess of the figure agree with the colours: what is coloured like the rest of the figure joins it, what is
 * coloured like the surroundings leaves it, and neighbours of equal colour go together. A sure guess is only overruled by
 * colours that are five to twenty times as common on the other side; what joins must not reach the picture's border. Works on a grid of 192 and never looks at more.
 * Source of the idea: Rother, Kolmogorov, Blake, GrabCut, SIGGRAPH 2004, with histograms and mean-field steps in the place
 * of mixtures and cuts.
 */
export async function agreeWithColours(image: RgbaImage, guess: Float32Array): Promise<ColourAgreement> {
  const factor = Math.min(1, GRID_SIDE / Math.max(image.width, image.height));
  const columns = Math.max(8, Math.round(image.width * factor));
  const rows = Math.max(8, Math.round(image.height * factor));
  const small = await rasterOf(sharpOf(image).resize(columns, rows, { fit: 'fill' }), 4);
  const lab = labPlanes(small.pixels, 4);
  const bins = binsOf(lab);
  const belief = sampled(guess, image.width, image.height, columns, rows).map((value) => {
    const held = clamp(value, 1e-3, 1 - 1e-3);
    return clamp(Math.log(held / (1 - held)), BELIEF.least, BELIEF.most);
  });
  let share: Float32Array = belief.map((value) => 1 / (1 + Math.exp(-value)));
  const weights = surroundingsWeights(belief, columns, rows);
  for (let round = 0; round < ROUNDS; round++) {
    const evidence = evidenceOf(bins, share, weights);
    const unary = belief.map((value, i) => value + evidence[bins[i]!]!);
    share = pulled(share, unary, lab, columns, rows);
    share = pulled(share, unary, lab, columns, rows);
  }
  withoutWhatJoinedAtTheBorder(share, belief, columns, rows);
  return {
    likelihood: resizePlane(share, columns, rows, image.width, image.height),
    separation: separationOf(bins, share, weights),
  };
}

// A grey cat on a grey road: surroundings of the figure's own colour run to the border, what belongs to the figure does not.
function withoutWhatJoinedAtTheBorder(share: Float32Array, belief: Float32Array, columns: number, rows: number): void {
  const joined = Uint8Array.from(share, (value, i) => (value > 0.5 && belief[i]! < 0 ? 1 : 0));
  const { labels, areasPx } = connectedComponents(joined, columns, rows);
  const atBorder = new Uint8Array(areasPx.length);
  for (let x = 0; x < columns; x++) atBorder[labels[x]!] = atBorder[labels[(rows - 1) * columns + x]!] = 1;
  for (let y = 0; y < rows; y++) atBorder[labels[y * columns]!] = atBorder[labels[(y + 1) * columns - 1]!] = 1;
  for (let i = 0; i < labels.length; i++) if (labels[i]! > 0 && atBorder[labels[i]!]) share[i] = 0;
}

function sampled(plane: Float32Array, width: number, height: number, columns: number, rows: number): Float32Array {
  return Float32Array.from({ length: columns * rows }, (_, i) => {
    const x = Math.floor((((i % columns) + 0.5) * width) / columns);
    const y = Math.floor(((Math.floor(i / columns) + 0.5) * height) / rows);
    return plane[y * width + x]!;
  });
}

function binsOf({ lightness, a, b }: LabPlanes): Int32Array {
  return Int32Array.from(lightness, (value, i) => {
    const level = clamp(Math.floor(value / 8), 0, BINS.lightness - 1);
    const red = clamp(Math.floor((a[i]! + 112) / 7), 0, BINS.chroma - 1);
    const yellow = clamp(Math.floor((b[i]! + 112) / 7), 0, BINS.chroma - 1);
    return (level * BINS.chroma + red) * BINS.chroma + yellow;
  });
}

// What lies around the first guess may be the rest of the figure, a dog's back say: as a witness for the surroundings it
// counts less than what lies far off.
function surroundingsWeights(belief: Float32Array, columns: number, rows: number): Float32Array {
  let [left, right, top, bottom] = [columns, 0, rows, 0];
  belief.forEach((value, i) => {
    if (value <= 0) return;
    const x = i % columns;
    const y = Math.floor(i / columns);
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  });
  const across = Math.max(0, right - left) * BOX_MARGIN;
  const down = Math.max(0, bottom - top) * BOX_MARGIN;
  return belief.map((_, i) => {
    const x = i % columns;
    const y = Math.floor(i / columns);
    const near = x > left - across && x < right + across && y > top - down && y < bottom + down;
    return near ? NEAR_WEIGHT : 1;
  });
}

interface Histograms {
  readonly figure: Float32Array;
  readonly rest: Float32Array;
}

// How common each colour is on either side, with its neighbours in colour counted in part.
function histogramsOf(bins: Int32Array, share: Float32Array, weights: Float32Array): Histograms {
  const figure = new Float32Array(BINS.lightness * BINS.chroma * BINS.chroma);
  const rest = new Float32Array(figure.length);
  let figures = 0;
  let surroundings = 0;
  for (let i = 0; i < bins.length; i++) {
    figure[bins[i]!]! += share[i]!;
    rest[bins[i]!]! += (1 - share[i]!) * weights[i]!;
    figures += share[i]!;
    surroundings += (1 - share[i]!) * weights[i]!;
  }
  const norm = (histogram: Float32Array, whole: number) =>
    softened(histogram).map((count) => count / Math.max(1, whole));
  return { figure: norm(figure, figures), rest: norm(rest, surroundings) };
}

function softened(histogram: Float32Array): Float32Array {
  const steps = [1, BINS.chroma, BINS.chroma * BINS.chroma];
  let current = histogram;
  for (const step of steps)
    current = current.map((count, i) => 0.6 * count + 0.2 * ((current[i - step] ?? 0) + (current[i + step] ?? 0)));
  return current;
}

function evidenceOf(bins: Int32Array, share: Float32Array, weights: Float32Array): Float32Array {
  const { figure, rest } = histogramsOf(bins, share, weights);
  const rare = 4 / bins.length;
  return figure.map((count, bin) =>
    clamp(Math.log((count + rare) / (rest[bin]! + rare)), -MOST_EVIDENCE, MOST_EVIDENCE),
  );
}

// One step of the mean field: every place moves to what it believes and what its neighbours of like colour say.
function pulled(share: Float32Array, unary: Float32Array, lab: LabPlanes, columns: number, rows: number): Float32Array {
  const out = new Float32Array(share.length);
  for (let y = 0, i = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, i++) {
      let pull = 0;
      let weight = 0;
      const ask = (other: number) => {
        const [dl, da, db] = [
          lab.lightness[i]! - lab.lightness[other]!,
          lab.a[i]! - lab.a[other]!,
          lab.b[i]! - lab.b[other]!,
        ];
        const likeness = 1 / (1 + (dl * dl + da * da + db * db) / (EDGE * EDGE));
        pull += likeness * (2 * share[other]! - 1);
        weight++;
      };
      if (x > 0) ask(i - 1);
      if (x < columns - 1) ask(i + 1);
      if (y > 0) ask(i - columns);
      if (y < rows - 1) ask(i + columns);
      out[i] = 1 / (1 + Math.exp(-(unary[i]! + (NEIGHBOUR_PULL * pull) / weight)));
    }
  return out;
}

// 1 minus the overlap of the two histograms (Bhattacharyya).
function separationOf(bins: Int32Array, share: Float32Array, weights: Float32Array): number {
  const { figure, rest } = histogramsOf(bins, share, weights);
  return 1 - figure.reduce((sum, count, bin) => sum + Math.sqrt(count * rest[bin]!), 0);
}
