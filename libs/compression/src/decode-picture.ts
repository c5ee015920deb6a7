import sharp, { type Sharp } from 'sharp';
import { openBitmap, readBitmap, scaledSize, hasTransparency, type Bitmap } from './bitmap.ts';
import { imageUnreadable } from './faults.ts';
import { carriesAlpha } from './formats.ts';
import type { ImageInfo } from './inspect-image.ts';
import type { CompressRequest } from './options.ts';

/** The one decoded copy that everything later works on. */
export interface Picture {
  readonly bitmap: Bitmap;
  /** Transparency is used and kept: the bitmap has four channels. */
  readonly hasAlpha: boolean;
  readonly alphaFlattened: boolean;
  readonly warnings: readonly string[];
}

/**
 * Decodes once: first frame, EXIF orientation applied, reduced to the longest side (inside the JPEG decoder where
 * possible), converted to 8-bit sRGB; transparency dropped when unused, flattened when no accepted format keeps it.
 * Throws INVALID_ARGUMENT / IMAGE_UNREADABLE for damaged or truncated data.
 */
export async function decodePicture(source: Buffer, info: ImageInfo, request: CompressRequest): Promise<Picture> {
  const warnings: string[] = [];
  if (info.pages > 1) warnings.push(`only the first of ${info.pages} frames is used`);
  let decoded: Bitmap;
  try {
    decoded = await decodeWith('error', source, info, request);
  } catch (cause) {
    if (!request.tolerateTruncation) throw imageUnreadable('its data is damaged or truncated', cause);
    try {
      decoded = await decodeWith('none', source, info, request);
    } catch (second) {
      throw imageUnreadable('its data is damaged beyond what can be tolerated', second);
    }
    warnings.push('the data is damaged or truncated: the missing part is filled');
  }
  if (decoded.channels !== 4) return { bitmap: decoded, hasAlpha: false, alphaFlattened: false, warnings };
  if (!(await hasTransparency(decoded))) {
    const opaque = await readBitmap(openBitmap(decoded).removeAlpha());
    return { bitmap: opaque, hasAlpha: false, alphaFlattened: false, warnings };
  }
  if (request.acceptedFormats.some(carriesAlpha))
    return { bitmap: decoded, hasAlpha: true, alphaFlattened: false, warnings };
  warnings.push(`transparency is flattened on ${request.background}: no accepted format keeps it`);
  const flat = await readBitmap(openBitmap(decoded).flatten({ background: request.background }));
  return { bitmap: flat, hasAlpha: false, alphaFlattened: true, warnings };
}

function decodeWith(failOn: 'error' | 'none', source: Buffer, info: ImageInfo, request: CompressRequest) {
  let pipeline: Sharp = sharp(source, {
    failOn,
    limitInputPixels: request.maxInputPixels,
    sequentialRead: true,
    autoOrient: true,
  });
  const longestSide = Math.max(info.width, info.height);
  if (longestSide > request.maxSidePixels) {
    const { width, height } = scaledSize(info, request.maxSidePixels / longestSide);
    pipeline = pipeline.resize(width, height, { fit: 'fill' });
  }
  const grey = (info.colourSpace === 'b-w' || info.colourSpace === 'grey16') && !info.hasAlpha;
  return readBitmap(pipeline.toColourspace(grey ? 'b-w' : 'srgb'));
}
