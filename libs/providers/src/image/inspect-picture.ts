import { imageMediaType, MAGIC_BYTES } from './image-media-type.ts';
import type { ImageSize } from './image-size.ts';

/** What a picture's own bytes tell without decoding it. */
export interface InspectedPicture {
  readonly mediaType: string;
  readonly size: ImageSize;
}

/**
 * Type, width and height of a PNG, JPEG or WebP picture that is complete; undefined for anything else, also for one that was
 * cut off. Sources: PNG (RFC 2083) IHDR and IEND, JPEG (ITU-T T.81) SOF and EOI, WebP (RFC 9649) VP8, VP8L and VP8X.
 */
export function inspectPicture(bytes: Uint8Array): InspectedPicture | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mediaType = imageMediaType(buffer.subarray(0, MAGIC_BYTES));
  const sizeOf = mediaType === undefined ? undefined : READERS[mediaType];
  try {
    const size = sizeOf?.(buffer);
    return mediaType !== undefined && size && size.widthPx > 0 && size.heightPx > 0 ? { mediaType, size } : undefined;
  } catch (thrown) {
    // A field lies beyond the end.
    if ((thrown as { code?: unknown }).code === 'ERR_OUT_OF_RANGE') return undefined;
    throw thrown;
  }
}

const READERS: Readonly<Record<string, (buffer: Buffer) => ImageSize | undefined>> = {
  'image/png': pngSize,
  'image/jpeg': jpegSize,
  'image/webp': webpSize,
};

function pngSize(buffer: Buffer): ImageSize | undefined {
  if (!buffer.includes('IEND', -12)) return undefined;
  return { widthPx: buffer.readUInt32BE(16), heightPx: buffer.readUInt32BE(20) };
}

function jpegSize(buffer: Buffer): ImageSize | undefined {
  // Some encoders pad after the end marker.
  if (buffer.lastIndexOf(Buffer.from([0xff, 0xd9])) < buffer.length - 64) return undefined;
  for (let at = 2; at < buffer.length;) {
    if (buffer.readUInt8(at) !== 0xff) return undefined;
    const marker = buffer.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // SOF0 to SOF15 without DHT, JPG and DAC.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { widthPx: buffer.readUInt16BE(at + 7), heightPx: buffer.readUInt16BE(at + 5) };
    at += 2 + buffer.readUInt16BE(at + 2);
  }
  return undefined;
}

/** Header of the file, header of one chunk, and its fields. */
const SMALLEST_WEBP_BYTES = 26;

function webpSize(buffer: Buffer): ImageSize | undefined {
  const sizeBytes = buffer.readUInt32LE(4) + 8;
  if (sizeBytes < SMALLEST_WEBP_BYTES || buffer.length < sizeBytes) return undefined;
  const kind = buffer.toString('latin1', 12, 16);
  if (kind === 'VP8X') return { widthPx: 1 + buffer.readUIntLE(24, 3), heightPx: 1 + buffer.readUIntLE(27, 3) };
  if (kind === 'VP8 ') return { widthPx: buffer.readUInt16LE(26) & 0x3fff, heightPx: buffer.readUInt16LE(28) & 0x3fff };
  if (kind !== 'VP8L') return undefined;
  const bits = buffer.readUInt32LE(21);
  return { widthPx: 1 + (bits & 0x3fff), heightPx: 1 + ((bits >> 14) & 0x3fff) };
}
