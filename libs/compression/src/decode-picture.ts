import sharp, { type Sharp } from 'sharp';
import { openBitmap, readBitmap, hasTransparency, type Bitmap } from './bitmap.ts';
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
 * Pictures with an alpha channel are reduced after it was seen whether it is used: reducing premultiplies and rounds, which
 * leaves noise in flat colours (1 to 10 points of ssimulacra2). Above this, 48 MB of pixels, memory counts more.
 */
const ALPHA_FIRST_MAX_PIXELS = 12_000_000;

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
  const isReduced = Math.max(decoded.width, decoded.height) <= request.maxSidePixels;
  const reduced = (pipeline: Sharp) => readBitmap(isReduced ? pipeline : reduce(pipeline, request.maxSidePixels));
  const isTransparent = await hasTransparency(decoded);
  if (isTransparent && request.acceptedFormats.some(carriesAlpha)) {
    const bitmap = isReduced ? decoded : await reduced(openBitmap(decoded));
    return { bitmap, hasAlpha: true, alphaFlattened: false, warnings };
  }
  if (isTransparent) warnings.push(`transparency is flattened on ${request.background}: no accepted format keeps it`);
  // Flattening leaves opaque pixels as they are, and comes before the reduction; taking alpha off would come after it.
  const flat = await reduced(openBitmap(decoded).flatten({ background: request.background }));
  return { bitmap: flat, hasAlpha: false, alphaFlattened: isTransparent, warnings };
}

/** One factor for both sides: the pixels keep their proportion exactly where the rounded sides do not. */
function reduce(pipeline: Sharp, side: number): Sharp {
  return pipeline.resize(side, side, { fit: 'inside', withoutEnlargement: true });
}

function decodeWith(failOn: 'error' | 'none', source: Buffer, info: ImageInfo, request: CompressRequest) {
  let pipeline: Sharp = sharp(source, {
    failOn,
    limitInputPixels: request.maxInputPixels,
    sequentialRead: true,
    autoOrient: true,
  });
  const waits = info.hasAlpha && info.width * info.height <= ALPHA_FIRST_MAX_PIXELS;
  if (Math.max(info.width, info.height) > request.maxSidePixels && !waits)
    pipeline = reduce(pipeline, request.maxSidePixels);
  const grey = (info.colourSpace === 'b-w' || info.colourSpace === 'grey16') && !info.hasAlpha;
  return readBitmap(pipeline.toColourspace(grey ? 'b-w' : 'srgb'));
}
