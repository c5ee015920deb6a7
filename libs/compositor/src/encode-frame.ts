import type { Frame } from './frame.ts';
import { sharpOf } from './raster/sharp-raster.ts';

/** File formats of a frame. */
export type FrameFormat = 'png' | 'jpeg' | 'webp';

/** A frame as a file: PNG without loss, JPEG at quality 90 (4:4:4), WebP at quality 88. No metadata, so no time either. */
export function encodeFrame(frame: Pick<Frame, 'pixels' | 'width' | 'height'>, format: FrameFormat): Promise<Buffer> {
  const { pixels, width, height } = frame;
  const picture = sharpOf({ pixels, width, height, channels: 3 });
  switch (format) {
    case 'png':
      return picture.png({ compressionLevel: 6 }).toBuffer();
    case 'jpeg':
      return picture.jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer();
    case 'webp':
      return picture.webp({ quality: 88 }).toBuffer();
  }
}
