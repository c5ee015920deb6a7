import { invalidField } from '@framesong/errors';
import sharp from 'sharp';
import { MAX_INPUT_PIXELS } from './input/decode-image.ts';

/** Which part of a picture is kept, and how large it is to be, in pixels. */
export interface PictureFit {
  readonly crop: {
    readonly leftPx: number;
    readonly topPx: number;
    readonly widthPx: number;
    readonly heightPx: number;
  };
  readonly resizeTo: { readonly widthPx: number; readonly heightPx: number };
}

/**
 * Any picture as a PNG of exactly the wanted size, without metadata and without transparency, which is put on black.
 * @throws FramesongError INVALID_ARGUMENT when it cannot be decoded
 */
export async function fitPicture(bytes: Uint8Array, { crop, resizeTo }: PictureFit): Promise<Buffer> {
  try {
    return await sharp(bytes, { limitInputPixels: MAX_INPUT_PIXELS, failOn: 'error' })
      .extract({ left: crop.leftPx, top: crop.topPx, width: crop.widthPx, height: crop.heightPx })
      .resize(resizeTo.widthPx, resizeTo.heightPx, { fit: 'fill', kernel: 'lanczos3' })
      .flatten({ background: '#000' })
      .toColourspace('srgb')
      .png({ compressionLevel: 6 })
      .toBuffer();
  } catch (thrown) {
    throw invalidField('picture', 'cannot be decoded to its end; it is damaged', { cause: thrown });
  }
}
