import { FramesongError, invalidField } from '@framesong/errors';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { rasterOf } from '../raster/sharp-raster.ts';
import type { RgbaImage, RgbImage } from '../raster/raster.ts';

/** Most pixels that an input picture may have. */
export const MAX_INPUT_PIXELS = 50_000_000;

// Pixel formats alone: an SVG or PDF can name other files.
const READABLE = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif', 'avif']);

/**
 * A character's picture, upright, sRGB, its longer side at most `maxSidePx`.
 * Throws INVALID_ARGUMENT / IMAGE_UNREADABLE that names `field`.
 */
export async function decodeReference(bytes: Uint8Array, field: string, maxSidePx: number): Promise<RgbaImage> {
  return reading(field, async () => {
    const { pipeline } = await opened(bytes);
    const fitted = pipeline.resize(maxSidePx, maxSidePx, { fit: 'inside', withoutEnlargement: true });
    return rasterOf(fitted.ensureAlpha(), 4);
  });
}

/**
 * The scene, upright, sRGB, filling exactly `width` x `height`. What does not fit is cut off evenly at the sides; of the
 * height more is kept at the bottom, where the figures stand.
 * Throws INVALID_ARGUMENT / IMAGE_UNREADABLE that names `field`.
 */
export async function decodeScene(bytes: Uint8Array, field: string, width: number, height: number): Promise<RgbImage> {
  return reading(field, async () => {
    const { pipeline, size } = await opened(bytes);
    const factor = Math.max(width / size.width, height / size.height);
    const coverWidth = Math.max(width, Math.round(size.width * factor));
    const coverHeight = Math.max(height, Math.round(size.height * factor));
    const cover = pipeline.resize(coverWidth, coverHeight, { fit: 'fill', kernel: 'lanczos3' }).extract({
      left: Math.round((coverWidth - width) * 0.5),
      top: Math.round((coverHeight - height) * 0.6),
      width,
      height,
    });
    return rasterOf(cover.flatten({ background: '#808080' }).removeAlpha(), 3);
  });
}

async function opened(bytes: Uint8Array): Promise<{ pipeline: Sharp; size: { width: number; height: number } }> {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const source = sharp(input, { limitInputPixels: MAX_INPUT_PIXELS, failOn: 'error', pages: 1 });
  const metadata: Metadata = await source.metadata();
  if (!READABLE.has(metadata.format)) throw new RangeError(`the format ${metadata.format} is not accepted`);
  return { pipeline: source.autoOrient().toColourspace('srgb'), size: metadata.autoOrient };
}

async function reading<T>(field: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof FramesongError) throw cause;
    throw invalidField(
      field,
      `cannot be read as a picture; send a whole JPEG, PNG, WebP, AVIF, TIFF or GIF of at most ${MAX_INPUT_PIXELS / 1e6} megapixels`,
      { reason: 'IMAGE_UNREADABLE', metadata: { field }, cause },
    );
  }
}
