import sharp, { type Sharp } from 'sharp';

/** Decoded pixels: sRGB, 8 bits per channel, interleaved. Channels: 1 grey, 3 RGB, 4 RGBA (not premultiplied). */
export interface Bitmap {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

export function pixelsOf(bitmap: Bitmap): number {
  return bitmap.width * bitmap.height;
}

/** A sharp pipeline that begins with these pixels. */
export function openBitmap(bitmap: Bitmap): Sharp {
  const { width, height, channels } = bitmap;
  const pipeline = sharp(bitmap.data, { raw: { width, height, channels }, limitInputPixels: false });
  return channels === 1 ? pipeline.toColourspace('b-w') : pipeline;
}

/** Ends a sharp pipeline as pixels again. */
export async function readBitmap(pipeline: Sharp): Promise<Bitmap> {
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels === 2) throw new Error('grey with alpha must be widened to RGBA before it is read');
  return { data, width, height, channels };
}

/** The bitmap at `scale` of its size, each side rounded to the nearest pixel and at least 1. */
export async function scaleBitmap(bitmap: Bitmap, scale: number): Promise<Bitmap> {
  const size = scaledSize(bitmap, scale);
  if (size.width === bitmap.width && size.height === bitmap.height) return bitmap;
  return readBitmap(openBitmap(bitmap).resize(size.width, size.height, { fit: 'fill' }));
}

export function scaledSize(size: { readonly width: number; readonly height: number }, scale: number) {
  return { width: Math.max(1, Math.round(size.width * scale)), height: Math.max(1, Math.round(size.height * scale)) };
}

/** True when any pixel of an RGBA bitmap is not opaque. */
export async function hasTransparency(bitmap: Bitmap): Promise<boolean> {
  const alpha = await openBitmap(bitmap).extractChannel(3).raw().toBuffer();
  // Compared in slices by memcmp: a loop over megapixels would hold the event loop.
  const opaque = Buffer.alloc(Math.min(alpha.length, 1 << 20), 255);
  for (let start = 0; start < alpha.length; start += opaque.length) {
    const slice = alpha.subarray(start, start + opaque.length);
    if (!slice.equals(opaque.subarray(0, slice.length))) return true;
  }
  return false;
}
