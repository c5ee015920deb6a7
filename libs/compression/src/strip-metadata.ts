/** JPEG markers (ITU T.81, table B.1). */
const SOS = 0xda;
const EOI = 0xd9;
const COMMENT = 0xfe;
const APP0_JFIF = 0xe0;
const APP14_ADOBE = 0xee;
const APP15 = 0xef;

/** PNG chunks that the pixels and their colours need; also drops the further frames of an animation. */
const PNG_KEEPS = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'sRGB', 'gAMA', 'cHRM', 'sBIT']);

/**
 * The file without EXIF, XMP, IPTC, colour profile, comments and whatever follows its end; the coded pixels stay as they
 * are. For JPEG and PNG; undefined when the file's structure is not as it should be.
 */
export function stripMetadata(bytes: Buffer, format: 'jpeg' | 'png'): Buffer | undefined {
  const parts = format === 'jpeg' ? keptJpegParts(bytes) : keptPngParts(bytes);
  return parts && Buffer.concat(parts);
}

function keptJpegParts(bytes: Buffer): Buffer[] | undefined {
  const parts = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1; // A fill byte before the marker.
      continue;
    }
    const next = at + 2 + bytes.readUInt16BE(at + 2);
    const end = marker === SOS ? endOfScan(bytes, next) : next;
    if (!isJpegMetadata(marker)) parts.push(bytes.subarray(at, end));
    at = end;
    if (bytes[at] === 0xff && bytes[at + 1] === EOI) return [...parts, bytes.subarray(at, at + 2)];
  }
  return undefined;
}

function isJpegMetadata(marker: number): boolean {
  if (marker === COMMENT) return true;
  return marker > APP0_JFIF && marker <= APP15 && marker !== APP14_ADOBE;
}

/** Entropy-coded data ends at the first marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(0xff, start);
  while (at !== -1) {
    const code = bytes[at + 1];
    const inScan = code === 0 || code === 0xff || (code !== undefined && code >= 0xd0 && code <= 0xd7);
    if (!inScan) return at;
    at = bytes.indexOf(0xff, code === 0xff ? at + 1 : at + 2);
  }
  return bytes.length;
}

function keptPngParts(bytes: Buffer): Buffer[] | undefined {
  const parts = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length;) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    const end = at + 12 + bytes.readUInt32BE(at);
    if (PNG_KEEPS.has(type)) parts.push(bytes.subarray(at, end));
    if (type === 'IEND') return parts;
    at = end;
  }
  return undefined;
}
