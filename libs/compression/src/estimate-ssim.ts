import sharp, { type Sharp } from 'sharp';
import { openBitmap, pixelsOf, type Bitmap } from './bitmap.ts';

/** Windows are 8 x 8 pixels, each half over the next. */
const BLOCK = 4;
const WINDOW_PIXELS = 4 * BLOCK * BLOCK;
/** Stabilisers of the paper for 8 bits: (0.01 * 255)² and (0.03 * 255)². */
const C1 = 6.5025;
const C2 = 58.5225;
/** Sums that a block contributes: of both pictures, of their squares together, of their products. */
const SUMS = 4;

/**
 * How much `result` looks like the picture that it was made from, upright and within the longest side: mean SSIM of the
 * luma, 1 for equal pixels. A result of less pixels is enlarged first, as a viewer does; transparency is laid on
 * `background`. Source: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment" (2004), with even windows of 8 x 8 at
 * every fourth pixel instead of round ones at every pixel. Undefined for pictures of less than 8 pixels.
 */
export async function estimateSsim(picture: Bitmap, result: Buffer, background: string): Promise<number | undefined> {
  const { width, height } = picture;
  if (Math.min(width, height) < 2 * BLOCK) return undefined;
  const lumaOf = (pipeline: Sharp) =>
    pipeline.flatten({ background }).toColourspace('b-w').extractChannel(0).raw({ depth: 'uchar' }).toBuffer();
  const original = await lumaOf(openBitmap(picture));
  const decoded = await lumaOf(sharp(result, { limitInputPixels: false }).resize(width, height, { fit: 'fill' }));
  if (decoded.length !== original.length || original.length !== pixelsOf(picture))
    throw new Error('luma planes of one size were expected');
  return meanSsim(original, decoded, width, height);
}

function meanSsim(one: Buffer, other: Buffer, width: number, height: number): number {
  const columns = Math.floor(width / BLOCK);
  const rows = Math.floor(height / BLOCK);
  let above = new Float64Array(columns * SUMS);
  let here = new Float64Array(columns * SUMS);
  let total = 0;
  for (let row = 0; row < rows; row += 1) {
    sumBlocks(one, other, width, row, columns, here);
    if (row > 0)
      for (let column = 1; column < columns; column += 1) {
        const at = column * SUMS;
        const sum = (index: number) =>
          above[at - SUMS + index]! + above[at + index]! + here[at - SUMS + index]! + here[at + index]!;
        total += ssimOf(sum(0), sum(1), sum(2), sum(3));
      }
    [above, here] = [here, above];
  }
  return total / ((rows - 1) * (columns - 1));
}

/** Sums over every block of one row of blocks. */
function sumBlocks(one: Buffer, other: Buffer, width: number, row: number, columns: number, sums: Float64Array): void {
  sums.fill(0);
  for (let y = row * BLOCK; y < (row + 1) * BLOCK; y += 1)
    for (let x = 0; x < columns * BLOCK; x += 1) {
      const a = one[y * width + x]!;
      const b = other[y * width + x]!;
      const at = (x >> 2) * SUMS;
      sums[at]! += a;
      sums[at + 1]! += b;
      sums[at + 2]! += a * a + b * b;
      sums[at + 3]! += a * b;
    }
}

/** Of one window, from its sums. */
function ssimOf(sumA: number, sumB: number, squares: number, products: number): number {
  const meanA = sumA / WINDOW_PIXELS;
  const meanB = sumB / WINDOW_PIXELS;
  const variances = squares / WINDOW_PIXELS - meanA * meanA - meanB * meanB;
  const covariance = products / WINDOW_PIXELS - meanA * meanB;
  return ((2 * meanA * meanB + C1) * (2 * covariance + C2)) / ((meanA * meanA + meanB * meanB + C1) * (variances + C2));
}
