import sharp from 'sharp';
import type { Encoded } from './encode-to-fit.ts';
import { OUTPUT_FORMATS, type OutputFormat } from './formats.ts';
import type { ImageInfo } from './inspect-image.ts';
import type { CompressRequest } from './options.ts';
import { stripMetadata } from './strip-metadata.ts';

/**
 * The source's own coded pixels when they already are what is asked for: upright, one frame, 8-bit sRGB or grey, within
 * budget and side, and all there. Metadata is cut out of JPEG and PNG without touching the pixels; other formats must
 * have none. Undefined otherwise.
 */
export async function passThrough(
  source: Buffer,
  info: ImageInfo,
  request: CompressRequest,
): Promise<Encoded | undefined> {
  const format = OUTPUT_FORMATS.find((known) => known === info.format);
  if (format === undefined || !fits(info, format, request)) return undefined;
  const data = bare(source, info, format);
  if (data === undefined || data.length > request.fileBudgetBytes || !(await decodes(source))) return undefined;
  const { width, height } = info;
  return { data, format, width, height, scale: 1, encodes: 0, quality: undefined, chroma: undefined };
}

function bare(source: Buffer, info: ImageInfo, format: OutputFormat): Buffer | undefined {
  if (format === 'jpeg' || format === 'png') return stripMetadata(source, format);
  return info.hasMetadata || info.profile !== 'none' ? undefined : source;
}

function fits(info: ImageInfo, format: OutputFormat, request: CompressRequest): boolean {
  return (
    request.allowPassthrough &&
    request.acceptedFormats.includes(format) &&
    Math.max(info.width, info.height) <= request.maxSidePixels &&
    info.orientation === 1 &&
    info.pages === 1 &&
    info.profile !== 'other' &&
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
