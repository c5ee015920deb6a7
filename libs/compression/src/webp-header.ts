/** What the first 30 bytes of a WebP file say. */
export interface WebpHeader {
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  readonly animated: boolean;
}

/**
 * Reads the canvas of a WebP file from its first chunk (RFC 9649). libwebp reads a header only when the whole file is
 * there, so prefixes go through this. Undefined when the bytes are too few or not WebP.
 */
export function readWebpHeader(bytes: Buffer): WebpHeader | undefined {
  if (bytes.length < 30 || bytes.toString('latin1', 8, 12) !== 'WEBP') return undefined;
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return {
        width: bytes.readUInt16LE(26) & 0x3fff,
        height: bytes.readUInt16LE(28) & 0x3fff,
        hasAlpha: false,
        animated: false,
      };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return {
        width: (bits & 0x3fff) + 1,
        height: ((bits >>> 14) & 0x3fff) + 1,
        hasAlpha: ((bits >>> 28) & 1) === 1,
        animated: false,
      };
    }
    case 'VP8X': {
      const flags = bytes.readUInt8(20);
      return {
        width: bytes.readUIntLE(24, 3) + 1,
        height: bytes.readUIntLE(27, 3) + 1,
        hasAlpha: (flags & 0x10) !== 0,
        animated: (flags & 0x02) !== 0,
      };
    }
    default:
      return undefined;
  }
}
