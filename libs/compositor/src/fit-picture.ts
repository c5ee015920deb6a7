import { invalidField } from '@framesong/errors';
import sharp from 'sharp';
import { drawCaption } from './caption/draw-text.ts';
import { encodeFrame } from './encode-frame.ts';
import { MAX_INPUT_PIXELS } from './input/decode-image.ts';
import type { RgbImage } from './raster/raster.ts';
import { rasterOf } from './raster/sharp-raster.ts';

/** Captions are as large as in a frame of this height, and grow with it. */
const CAPTION_UNIT_PX = 720;

/** Which part of a picture is kept, and how large it is to be, in pixels. */
export interface PictureFit {
  readonly crop: {
    readonly leftPx: number;
    readonly topPx: number;
    readonly widthPx: number;
    readonly heightPx: number;
  };
  readonly resizeTo: { readonly widthPx: number; readonly heightPx: number };
  /** Written over the lower edge as in a composed frame. Default: nothing. */
  readonly caption?: string;
}

/**
 * Any picture as a PNG of exactly the wanted size, without metadata and without transparency, which is put on black.
 * @throws FramesongError INVALID_ARGUMENT when it cannot be decoded
 */
export async function fitPicture(bytes: Uint8Array, { crop, resizeTo, caption }: PictureFit): Promise<Buffer> {
  const fitted = await fittedRaster(bytes, { crop, resizeTo });
  if (caption) await drawCaption(fitted, caption, fitted.height / CAPTION_UNIT_PX);
  return encodeFrame(fitted, 'png');
}

async function fittedRaster(bytes: Uint8Array, { crop, resizeTo }: PictureFit): Promise<RgbImage> {
  try {
    const pipeline = sharp(bytes, { limitInputPixels: MAX_INPUT_PIXELS, failOn: 'error' })
      .extract({ left: crop.leftPx, top: crop.topPx, width: crop.widthPx, height: crop.heightPx })
      .resize(resizeTo.widthPx, resizeTo.heightPx, { fit: 'fill', kernel: 'lanczos3' })
      .flatten({ background: '#000' })
      .toColourspace('srgb')
      .removeAlpha();
    return await rasterOf(pipeline, 3);
  } catch (thrown) {
    throw invalidField('picture', 'cannot be decoded to its end; it is damaged', { cause: thrown });
  }
}
