import { throwIfAborted } from '@framesong/errors';
import sharp from 'sharp';
import { openBitmap, scaleBitmap, type Bitmap } from './bitmap.ts';
import type { Encoded, NotEncoded } from './encode-to-fit.ts';
import { hasFewColours } from './few-colours.ts';
import type { CompressRequest } from './options.ts';
import { WINDOW_FLOOR } from './solve-quality.ts';
import { sampleBitmap, type BitmapSample } from './sample-bitmap.ts';

/** PNG filters look at the row above and deflate looks 32 KiB back, so samples are whole rows. */
const ROWS = { tileWidth: 1 << 14, tileHeight: 32 };
const SAMPLE_SHARE = 0.06;
const MAX_TRIES = 5;
const COLOURS = 256;
/** Fewest colours of the last resort. */
export const FEWEST_COLOURS = 16;
const SIZE_OVER_SCALE = 1.7;
const AIM = 0.95;

/** Every pixel kept; as a palette where the picture has no more colours than one holds. */
export async function encodePngExactly(bitmap: Bitmap): Promise<Buffer> {
  if (hasFewColours(bitmap, COLOURS)) {
    const data = await encodePngPalette(bitmap, COLOURS, 0);
    // libimagequant merges colours that it takes for equal, rarely; only the pixels themselves tell.
    if (await showsSame(data, bitmap)) return data;
  }
  return openBitmap(bitmap).png({ compressionLevel: 9 }).toBuffer();
}

async function showsSame(png: Buffer, { data, channels }: Bitmap): Promise<boolean> {
  const pipeline = sharp(png, { limitInputPixels: false });
  if (channels === 1) return (await pipeline.toColourspace('b-w').extractChannel(0).raw().toBuffer()).equals(data);
  const coloured = pipeline.toColourspace('srgb');
  return (await (channels === 4 ? coloured.ensureAlpha() : coloured.removeAlpha()).raw().toBuffer()).equals(data);
}

/** At most `colours` colours, chosen by libimagequant. */
export function encodePngPalette(bitmap: Bitmap, colours: number, dither = 1): Promise<Buffer> {
  return openBitmap(bitmap).png({ palette: true, colours, dither, effort: 4, compressionLevel: 9 }).toBuffer();
}

/** Size in bytes that an encode of the whole bitmap would have, from one of a sample. */
async function estimate(sample: BitmapSample, encode: (bitmap: Bitmap) => Promise<Buffer>): Promise<number> {
  return (await encode(sample.bitmap)).length / sample.share;
}

function sampleRows(bitmap: Bitmap): BitmapSample {
  return sampleBitmap(bitmap, ROWS, SAMPLE_SHARE);
}

/** A PNG that keeps every pixel, when it fits the budget; not even tried when a sample says that it is far off. */
export async function exactPngWithin(bitmap: Bitmap, budgetBytes: number): Promise<Encoded | undefined> {
  if ((await estimate(sampleRows(bitmap), encodePngExactly)) > 1.3 * budgetBytes) return undefined;
  const data = await encodePngExactly(bitmap);
  return data.length <= budgetBytes ? encodedExactly('png', data, bitmap, 1, 1) : undefined;
}

/**
 * A WebP that keeps every pixel, when it fits the budget. Worth its CPU for what is transparent: lossy WebP takes away from
 * colours that show through, and keeps the alpha plane nearly exact anyway.
 */
export async function exactWebpWithin(bitmap: Bitmap, budgetBytes: number): Promise<Encoded | undefined> {
  const encode = (of: Bitmap) => openBitmap(of).webp({ lossless: true, effort: 1 }).toBuffer();
  if ((await estimate(sampleRows(bitmap), encode)) > 1.1 * budgetBytes) return undefined;
  const data = await encode(bitmap);
  return data.length <= budgetBytes ? encodedExactly('webp', data, bitmap, 1, 1) : undefined;
}

/**
 * For callers who accept only PNG: exact if that fits, else a palette and the largest scale that fits, found along a
 * straight line of ln(size) over ln(scale).
 */
export async function pngToFit(decoded: Bitmap, request: CompressRequest): Promise<Encoded | NotEncoded> {
  const budgetBytes = request.fileBudgetBytes;
  const exact = await exactPngWithin(decoded, budgetBytes);
  if (exact !== undefined) return exact;
  const whole = await estimate(sampleRows(decoded), (bitmap) => encodePngPalette(bitmap, COLOURS));
  const towardsAim = (sizeBytes: number) => Math.pow((budgetBytes * AIM) / sizeBytes, 1 / SIZE_OVER_SCALE);
  let scale = towardsAim(whole);
  let tooLarge = Infinity;
  let found: Encoded | undefined;
  for (let encodes = 1; ; encodes += 1) {
    throwIfAborted(request.signal);
    scale = Math.min(1, Math.max(request.minScale, scale));
    const bitmap = await scaleBitmap(decoded, scale);
    const data = await encodePngPalette(bitmap, COLOURS);
    const fits = data.length <= budgetBytes;
    if (!fits) tooLarge = scale;
    else if (found === undefined || scale > found.scale) found = encodedExactly('png', data, bitmap, scale, encodes);
    const landed = fits && (data.length >= WINDOW_FLOOR * budgetBytes || scale === 1);
    const stuck = !fits && scale <= request.minScale;
    if (landed || stuck || encodes >= MAX_TRIES)
      return found === undefined ? { data: undefined, encodes } : { ...found, encodes };
    const next = scale * towardsAim(data.length);
    const smallest = found?.scale ?? 0;
    scale = next < tooLarge && next > smallest ? next : (smallest + Math.min(1, tooLarge)) / 2;
  }
}

function encodedExactly(format: 'png' | 'webp', data: Buffer, bitmap: Bitmap, scale: number, encodes: number): Encoded {
  const { width, height } = bitmap;
  return { data, format, width, height, scale, encodes, quality: undefined, chroma: undefined };
}
