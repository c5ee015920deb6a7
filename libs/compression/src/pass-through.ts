import sharp from 'sharp';
import type { Encoded } from './encode-to-fit.ts';
import { OUTPUT_FORMATS, type OutputFormat } from './formats.ts';
import type { ImageInfo } from './inspect-image.ts';
import type { CompressRequest } from './options.ts';

/**
 * The source itself when it already is what is asked for: fits, accepted format, upright, one frame, 8-bit sRGB or grey,
 * no metadata, and its data decodes. Undefined otherwise.
 */
export async function passThrough(
  source: Buffer,
  info: ImageInfo,
  request: CompressRequest,
): Promise<Encoded | undefined> {
  const format = OUTPUT_FORMATS.find((known) => known === info.format);
  if (format === undefined || !fits(source, info, format, request) || !(await decodes(source))) return undefined;
  const { width, height } = info;
  return { data: source, format, width, height, scale: 1, encodes: 0, quality: undefined, chroma: undefined };
}

function fits(source: Buffer, info: ImageInfo, format: OutputFormat, request: CompressRequest): boolean {
  return (
    request.allowPassthrough &&
    request.acceptedFormats.includes(format) &&
    source.length <= request.fileBudgetBytes &&
    Math.max(info.width, info.height) <= request.maxSidePixels &&
    info.orientation === 1 &&
    info.pages === 1 &&
    !info.hasMetadata &&
    (info.colourSpace === 'srgb' || info.colourSpace === 'b-w')
  );
}

/** True when all the data is there: a header that reads well proves nothing about what follows. */
async function decodes(source: Buffer): Promise<boolean> {
  try {
    // The small target lets the JPEG decoder skip most of its work; all entropy-coded data is still read.
    await sharp(source, { failOn: 'error' }).resize(16, 16, { fit: 'inside' }).raw().toBuffer();
    return true;
  } catch {
    return false;
  }
}
