/** What decoding needs to know before it begins. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** The decoder has to hold the whole picture, and not only some rows. */
  readonly wholeInMemory: boolean;
}

/**
 * Reads width and height from the first bytes of a file, without a native decoder: these bytes are untrusted, and this
 * runs in the process that serves. Undefined when they are not found; nothing is checked beyond.
 */
export function readPictureSize(head: Buffer): PictureSize | undefined {
  try {
    if (head.readUInt16BE(0) === 0xffd8) return jpegSize(head);
    const type = head.toString('latin1', 0, 16);
    if (type.startsWith('\x89PNG')) return sized(head.readUInt32BE(16), head.readUInt32BE(20), head[28] === 1);
    if (type.startsWith('GIF8')) return sized(head.readUInt16LE(6), head.readUInt16LE(8), true);
    if (type.startsWith('RIFF') && type.slice(8, 12) === 'WEBP') return webpSize(head);
    if (type.slice(4, 8) === 'ftyp') return isoMediaSize(head);
    if (type.startsWith('II*\0') || type.startsWith('MM\0*')) return tiffSize(head);
  } catch {
    // A read beyond the end: the header is cut short.
  }
  return undefined;
}

/** ISO/IEC 10918-1, B.2.2: the first frame header; progressive ones keep all coefficients. */
function jpegSize(head: Buffer): PictureSize | undefined {
  for (let at = 2; ;) {
    const marker = head.readUInt16BE(at);
    if (marker < 0xff01 || marker === 0xffda) return undefined;
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) return sized(head.readUInt16BE(at + 7), head.readUInt16BE(at + 5), marker !== 0xffc0);
    at += 2 + head.readUInt16BE(at + 2);
  }
}

/** RFC 9649, 2.5 to 2.7. */
function webpSize(head: Buffer): PictureSize | undefined {
  const chunk = head.toString('latin1', 12, 16);
  if (chunk === 'VP8 ') return sized(head.readUInt16LE(26) & 0x3fff, head.readUInt16LE(28) & 0x3fff, true);
  if (chunk === 'VP8X') return sized(head.readUIntLE(24, 3) + 1, head.readUIntLE(27, 3) + 1, true);
  if (chunk !== 'VP8L') return undefined;
  const bits = head.readUInt32LE(21);
  return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1, true);
}

/** ISO/IEC 23008-12, 6.5.3: the largest of the sizes that are declared; tiles and thumbnails have their own. */
function isoMediaSize(head: Buffer): PictureSize | undefined {
  let largest: PictureSize | undefined;
  for (let at = head.indexOf('ispe'); at >= 0; at = head.indexOf('ispe', at + 4)) {
    const size = sized(head.readUInt32BE(at + 8), head.readUInt32BE(at + 12), true);
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}

/** TIFF 6.0, section 2: the first directory, where it is near the beginning. Values are 16 or 32 bits. */
function tiffSize(head: Buffer): PictureSize | undefined {
  const isLittle = head[0] === 0x49;
  const short = (at: number) => (isLittle ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const long = (at: number) => (isLittle ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const sides = new Map<number, number>();
  const directory = long(4);
  const entries = short(directory);
  for (let entry = 0; entry < entries; entry += 1) {
    const at = directory + 2 + entry * 12;
    const isShort = short(at + 2) === 3;
    sides.set(short(at), isShort ? short(at + 8) : long(at + 8));
  }
  const [width, height] = [sides.get(256), sides.get(257)];
  return width === undefined || height === undefined ? undefined : sized(width, height, true);
}

function sized(width: number, height: number, wholeInMemory: boolean): PictureSize {
  return { width, height, wholeInMemory };
}
