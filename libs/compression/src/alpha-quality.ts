import sharp from 'sharp';
import { openBitmap, pixelsOf, type Bitmap } from './bitmap.ts';
import { WEBP, type Codec } from './codecs.ts';
import { sampleBitmap } from './sample-bitmap.ts';

/**
 * Finest first; 100 keeps every level, below that libwebp reduces their number: 96 are left at 80, 40 at 73, 16 at 70, and
 * two below 15.
 */
const LEVELS = [100, 97, 94, 90, 80, 76, 73, 70, 50, 30, 15] as const;
/** The share of the budget that alpha may always take. */
const ALPHA_SHARE = 0.3;
/** Part of the budget that is planned with. */
const PLANNED_SHARE = 0.9;
/** Where colours look good: alpha may take what they leave at this quality. */
const GOOD_COLOURS_QUALITY = 80;
const SAMPLE_SHARE = 0.2;

/**
 * How finely WebP codes the alpha plane. It is coded losslessly after its levels are reduced, so alone it can eat the
 * budget; on the other hand a picture may be nothing but its alpha. Measured on a sample, the finest level is taken that
 * leaves room for good colours or stays within 30 % of the budget.
 */
export async function chooseAlphaQuality(bitmap: Bitmap, codec: Codec, budgetBytes: number): Promise<number> {
  if (bitmap.channels !== 4 || codec.format !== WEBP.format) return LEVELS[0];
  const sample = sampleBitmap(bitmap, WEBP.sampling, SAMPLE_SHARE);
  const sizeOf = async (of: Bitmap, quality: number, alphaQuality: number) =>
    (await WEBP.encode(of, quality, alphaQuality)).length / sample.share;
  const blank = await withoutColours(sample.bitmap);
  const colourBytes = (await sizeOf(sample.bitmap, GOOD_COLOURS_QUALITY, 0)) - (await sizeOf(blank, 1, 0));
  const allowedBytes = Math.max(ALPHA_SHARE * budgetBytes, PLANNED_SHARE * budgetBytes - colourBytes);

  let first = 0;
  let last = LEVELS.length - 1;
  while (first < last) {
    const middle = (first + last) >> 1;
    if ((await sizeOf(blank, 1, LEVELS[middle]!)) <= allowedBytes) last = middle;
    else first = middle + 1;
  }
  return LEVELS[first]!;
}

/** Mean error of transparency, in levels of 255, that WebP makes at an alpha quality: measured on the same sample. */
export async function alphaErrorAt(bitmap: Bitmap, alphaQuality: number): Promise<number> {
  const sample = sampleBitmap(bitmap, WEBP.sampling, SAMPLE_SHARE);
  const blank = await withoutColours(sample.bitmap);
  const coded = await WEBP.encode(blank, 1, alphaQuality);
  const there = await sharp(coded).ensureAlpha().extractChannel(3).raw().toBuffer();
  let error = 0;
  for (let pixel = 0; pixel < there.length; pixel += 1) error += Math.abs(there[pixel]! - blank.data[pixel * 4 + 3]!);
  return error / there.length;
}

/** The same alpha over black. */
async function withoutColours(bitmap: Bitmap): Promise<Bitmap> {
  const alpha = await openBitmap(bitmap).extractChannel(3).raw().toBuffer();
  const data = Buffer.alloc(pixelsOf(bitmap) * 4);
  for (let pixel = 0; pixel < alpha.length; pixel += 1) data[pixel * 4 + 3] = alpha[pixel]!;
  return { ...bitmap, data };
}
