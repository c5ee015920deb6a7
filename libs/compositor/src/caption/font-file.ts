import { inflateSync } from 'node:zlib';
import { readOutline } from './glyph-outline.ts';

/** One glyph, in units of its font: y grows downwards from the baseline. */
export interface Glyph {
  /** SVG path data, empty for a space. */
  readonly path: string;
  readonly advance: number;
}

/** A font from which outlines are taken one by one. */
export interface Font {
  readonly unitsPerEm: number;
  /** Nothing when the font lacks the character. */
  glyph(codePoint: number): Glyph | undefined;
}

/**
 * Reads a WOFF file with TrueType outlines and a character map of format 4. Throws RangeError for any other.
 * Sources: W3C WOFF 1.0; Microsoft OpenType 1.9, tables cmap, head, hhea, hmtx, loca, glyf.
 */
export function readFont(file: Buffer): Font {
  const tables = readTables(file);
  const table = (tag: string): Buffer => {
    const found = tables.get(tag);
    if (!found) throw new RangeError(`the font has no table ${tag}`);
    return found;
  };
  const [head, hhea, hmtx, loca, glyf] = [table('head'), table('hhea'), table('hmtx'), table('loca'), table('glyf')];
  const indexOf = readCharacterMap(table('cmap'));
  const longOffsets = head.readInt16BE(50) === 1;
  const metrics = hhea.readUInt16BE(34);
  const offset = (glyph: number) => (longOffsets ? loca.readUInt32BE(4 * glyph) : 2 * loca.readUInt16BE(2 * glyph));
  const data = (glyph: number) => glyf.subarray(offset(glyph), offset(glyph + 1));
  return {
    unitsPerEm: head.readUInt16BE(18),
    glyph(codePoint) {
      const index = indexOf(codePoint);
      if (index === 0) return undefined;
      return { path: readOutline(data, index), advance: hmtx.readUInt16BE(4 * Math.min(index, metrics - 1)) };
    },
  };
}

function readTables(file: Buffer): Map<string, Buffer> {
  if (file.toString('latin1', 0, 4) !== 'wOFF') throw new RangeError('the font is no WOFF file');
  const tables = new Map<string, Buffer>();
  for (let n = 0; n < file.readUInt16BE(12); n++) {
    const entry = 44 + 20 * n;
    const start = file.readUInt32BE(entry + 4);
    const packed = file.readUInt32BE(entry + 8);
    const bytes = file.subarray(start, start + packed);
    const whole = packed < file.readUInt32BE(entry + 12) ? inflateSync(bytes) : bytes;
    tables.set(file.toString('latin1', entry, entry + 4), whole);
  }
  return tables;
}

function readCharacterMap(cmap: Buffer): (codePoint: number) => number {
  for (let n = 0; n < cmap.readUInt16BE(2); n++) {
    const start = cmap.readUInt32BE(8 + 8 * n);
    if (cmap.readUInt16BE(start) === 4) return (codePoint) => segmentLookUp(cmap.subarray(start), codePoint);
  }
  throw new RangeError('the font has no character map of format 4');
}

function segmentLookUp(map: Buffer, codePoint: number): number {
  if (codePoint > 0xffff) return 0;
  const doubled = map.readUInt16BE(6);
  for (let s = 0; s < doubled; s += 2) {
    if (map.readUInt16BE(14 + s) < codePoint) continue;
    const first = map.readUInt16BE(16 + doubled + s);
    if (first > codePoint) return 0;
    const delta = map.readUInt16BE(16 + 2 * doubled + s);
    const at = 16 + 3 * doubled + s;
    const range = map.readUInt16BE(at);
    if (range === 0) return (codePoint + delta) & 0xffff;
    const index = map.readUInt16BE(at + range + 2 * (codePoint - first));
    return index === 0 ? 0 : (index + delta) & 0xffff;
  }
  return 0;
}
