import { throwIfAborted } from '@framesong/errors';
import { openBitmap, pixelsOf, scaleBitmap, type Bitmap } from './bitmap.ts';
import type { Encoded } from './encode-to-fit.ts';
import type { CompressRequest } from './options.ts';
import { sampleBitmap, type BitmapSample } from './sample-bitmap.ts';

/** PNG filters look at the row above and deflate looks 32 KiB back, so samples are whole rows. */
const ROWS = { tileWidth: 1 << 14, tileHeight: 32 };
const SAMPLE_SHARE = 0.06;
const MAX_TRIES = 5;
const COLOURS = 256;
/** Fewest colours of the last resort. */
export const FEWEST_COLOURS = 16;
const SIZE_OVER_SCALE = 1.7;

/** Every pixel kept. */
export function encodePngExactly(bitmap: Bitmap): Promise<Buffer> {
  return openBitmap(bitmap)
    .png({ compressionLevel: 9, adaptiveFiltering: bitmap.channels !== 1 })
    .toBuffer();
}

/** At most `colours` colours, chosen by libimagequant. */
export function encodePngPalette(bitmap: Bitmap, colours: number): Promise<Buffer> {
  return openBitmap(bitmap).png({ palette: true, colours, effort: 4, compressionLevel: 9 }).toBuffer();
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
  return data.length <= budgetBytes ? encodedPng(data, bitmap, 1, 1) : undefined;
}

/** For callers who accept only PNG: exact if that fits, else a palette and the largest scale that fits. */
export async function pngToFit(decoded: Bitmap, request: CompressRequest): Promise<Encoded | { encodes: number }> {
  const budgetBytes = request.fileBudgetBytes;
  const exact = await exactPngWithin(decoded, budgetBytes);
  if (exact !== undefined) return exact;
  const whole = await estimate(sampleRows(decoded), (bitmap) => encodePngPalette(bitmap, COLOURS));
  let scale = Math.min(1, Math.pow((budgetBytes * 0.93) / whole, 1 / SIZE_OVER_SCALE));
  for (let encodes = 1; ; encodes += 1) {
    throwIfAborted(request.signal);
    scale = Math.max(request.minScale, scale);
    const bitmap = await scaleBitmap(decoded, scale);
    const data = await encodePngPalette(bitmap, COLOURS);
    if (data.length <= budgetBytes) return encodedPng(data, bitmap, scale, encodes);
    if (scale <= request.minScale || encodes >= MAX_TRIES || pixelsOf(bitmap) === 1) return { encodes };
    scale *= Math.min(0.97, Math.pow((budgetBytes * 0.95) / data.length, 1 / SIZE_OVER_SCALE));
  }
}

function encodedPng(data: Buffer, bitmap: Bitmap, scale: number, encodes: number): Encoded {
  const { width, height } = bitmap;
  return { data, format: 'png', width, height, scale, encodes, quality: undefined, chroma: undefined };
}
