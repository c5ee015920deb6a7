import { boxMean } from '../raster/box-filter.ts';

const STRAND_REACH_PX = 5;
const DEEPEST_PX = 16;
const GAP = 0.5;
// Pale cloth before pale paper is no hair: strands are told by how much they differ, in Lab.
const LEAST_STRAND = 34;

/**
 * Opens the gaps between strands of hair, which are too narrow and too smeared by compression to be like the backdrop. From
 * outside it goes inwards through pixels that differ from the backdrop by less than half of what the figure around them
 * does; where the figure is of one colour for more than a few pixels, that ends it.
 * @param figure hard mask of zeros and ones.
 */
export function withoutStrandGaps(
  figure: Float32Array,
  distances: Float32Array,
  width: number,
  height: number,
): Float32Array {
  const weights = distances.map((distance, i) => distance * figure[i]!);
  const weight = boxMean(weights, width, height, STRAND_REACH_PX);
  const squares = boxMean(
    weights.map((value, i) => value * distances[i]!),
    width,
    height,
    STRAND_REACH_PX,
  );
  const out = figure.slice();
  let front: number[] = [];
  for (let i = 0; i < out.length; i++) if (out[i] === 0) front.push(i);
  for (let depth = 0; depth < DEEPEST_PX && front.length > 0; depth++) {
    const next: number[] = [];
    const visit = (pixel: number) => {
      const strand = squares[pixel]! / Math.max(1e-6, weight[pixel]!);
      if (out[pixel] === 0 || strand < LEAST_STRAND || distances[pixel]! >= GAP * strand) return;
      out[pixel] = 0;
      next.push(pixel);
    };
    for (const pixel of front) {
      const x = pixel % width;
      if (x > 0) visit(pixel - 1);
      if (x < width - 1) visit(pixel + 1);
      if (pixel >= width) visit(pixel - width);
      if (pixel < width * (height - 1)) visit(pixel + width);
    }
    front = next;
  }
  return out;
}
