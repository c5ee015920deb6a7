import { boxMean } from '../raster/box-filter.ts';

/**
 * Smooths `source` while it follows the edges of `guide`; both from 0 to 1.
 * Source: He, Sun, Tang, Guided Image Filtering, ECCV 2010.
 * @param softness about the variance in `guide` below which there is no edge.
 */
export function guidedFilter(
  guide: Float32Array,
  source: Float32Array,
  width: number,
  height: number,
  radiusPx: number,
  softness: number,
): Float32Array {
  const mean = (plane: Float32Array) => boxMean(plane, width, height, radiusPx);
  const guideMean = mean(guide);
  const sourceMean = mean(source);
  const productMean = mean(guide.map((value, i) => value * source[i]!));
  const squareMean = mean(guide.map((value) => value * value));
  const slope = new Float32Array(guide.length);
  const offset = new Float32Array(guide.length);
  for (let i = 0; i < guide.length; i++) {
    const variance = squareMean[i]! - guideMean[i]! * guideMean[i]!;
    slope[i] = (productMean[i]! - guideMean[i]! * sourceMean[i]!) / (variance + softness);
    offset[i] = sourceMean[i]! - slope[i]! * guideMean[i]!;
  }
  const slopeMean = mean(slope);
  const offsetMean = mean(offset);
  const out = new Float32Array(guide.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.min(1, Math.max(0, slopeMean[i]! * guide[i]! + offsetMean[i]!));
  return out;
}
