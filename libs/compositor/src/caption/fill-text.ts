import type { RgbImage } from '../raster/raster.ts';
import type { Typeface } from './fonts.ts';

/** Rows of samples per row of pixels; along a row the share of a pixel is exact. */
const SAMPLES = 6;
/** Pieces that a curve is broken into: a letter of 100 pixels has corners of less than a quarter of a pixel. */
const PIECES = 8;

/** A straight edge of an outline, from the upper to the lower end; `winding` tells which way the outline ran. */
interface Edge {
  readonly top: number;
  readonly bottom: number;
  readonly x: number;
  readonly slope: number;
  readonly winding: 1 | -1;
}

/** Where a line of text begins, and how it looks. */
export interface TextPlace {
  readonly x: number;
  readonly baseline: number;
  /** Pixels per em. */
  readonly sizePx: number;
  readonly colour: readonly [red: number, green: number, blue: number];
}

/**
 * Writes a line of text into a picture, in place; what reaches over its edge is cut off. The outlines are filled here, and not by
 * an SVG decoder: processes that read pictures of others have none. Non-zero winding, as TrueType has it.
 */
export function fillText(image: RgbImage, text: string, typeface: Typeface, place: TextPlace): void {
  const scale = place.sizePx / 1000;
  let x = place.x;
  for (const character of text) {
    const { path, advance } = typeface.glyph(character);
    if (path) fillEdges(image, edgesOf(path, x, place.baseline, scale), place.colour);
    x += advance * scale;
  }
}

function fillEdges(image: RgbImage, edges: readonly Edge[], colour: TextPlace['colour']): void {
  const top = Math.max(0, Math.floor(Math.min(...edges.map((edge) => edge.top))));
  const bottom = Math.min(image.height, Math.ceil(Math.max(...edges.map((edge) => edge.bottom))));
  const coverage = new Float32Array(image.width);
  for (let y = top; y < bottom; y++) {
    coverage.fill(0);
    for (let sample = 0; sample < SAMPLES; sample++) coverRow(coverage, edges, y + (sample + 0.5) / SAMPLES);
    for (let x = 0; x < image.width; x++) {
      const share = Math.min(1, coverage[x]!);
      if (share === 0) continue;
      const o = 3 * (y * image.width + x);
      for (let c = 0; c < 3; c++)
        image.pixels[o + c] = image.pixels[o + c]! + (colour[c]! - image.pixels[o + c]!) * share;
    }
  }
}

function coverRow(coverage: Float32Array, edges: readonly Edge[], y: number): void {
  const crossings = edges
    .filter((edge) => edge.top <= y && y < edge.bottom)
    .map(({ x, top, slope, winding }) => ({ x: x + (y - top) * slope, winding }))
    .sort((a, b) => a.x - b.x);
  let winding = 0;
  crossings.forEach((crossing, index) => {
    winding += crossing.winding;
    const next = crossings[index + 1];
    if (winding !== 0 && next) coverSpan(coverage, crossing.x, next.x);
  });
}

function coverSpan(coverage: Float32Array, from: number, to: number): void {
  const left = Math.max(0, from);
  const right = Math.min(coverage.length, to);
  for (let x = Math.floor(left); x < right; x++) {
    coverage[x] = coverage[x]! + Math.max(0, Math.min(x + 1, right) - Math.max(x, left)) / SAMPLES;
  }
}

/** The edges of an outline that is written as a glyph's path is: M, L, Q, H, V and Z, all absolute. */
function edgesOf(path: string, left: number, baseline: number, scale: number): Edge[] {
  const edges: Edge[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  const lineTo = (toX: number, toY: number): void => {
    const [fromPx, toPx] = [baseline + y * scale, baseline + toY * scale];
    if (fromPx !== toPx) {
      const isDown = fromPx < toPx;
      edges.push({
        top: Math.min(fromPx, toPx),
        bottom: Math.max(fromPx, toPx),
        x: left + (isDown ? x : toX) * scale,
        slope: (toX - x) / (toY - y),
        winding: isDown ? 1 : -1,
      });
    }
    [x, y] = [toX, toY];
  };
  for (const [, command = '', numbers = ''] of path.matchAll(/([MLQHVZ])([^MLQHVZ]*)/g)) {
    const [a = 0, b = 0, c = 0, d = 0] = (numbers.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
    if (command === 'M') [x, y, startX, startY] = [a, b, a, b];
    else if (command === 'L') lineTo(a, b);
    else if (command === 'H') lineTo(a, y);
    else if (command === 'V') lineTo(x, a);
    else if (command === 'Z') lineTo(startX, startY);
    else {
      const [fromX, fromY] = [x, y];
      for (let piece = 1; piece <= PIECES; piece++) {
        const t = piece / PIECES;
        const at = (from: number, control: number, to: number) =>
          (1 - t) * (1 - t) * from + 2 * t * (1 - t) * control + t * t * to;
        lineTo(at(fromX, a, c), at(fromY, b, d));
      }
    }
  }
  return edges;
}
