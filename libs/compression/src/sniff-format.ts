import type { SourceFormat } from './formats.ts';

/** What the first bytes say: a format that is read here, a known one that is not, or nothing known. */
export type Sniffed =
  | { readonly kind: 'readable'; readonly format: SourceFormat }
  | { readonly kind: 'unsupported'; readonly name: string }
  | { readonly kind: 'unknown' };

const readable = (format: SourceFormat): Sniffed => ({ kind: 'readable', format });
const unsupported = (name: string): Sniffed => ({ kind: 'unsupported', name });

const MAGIC: readonly (readonly [hex: string, sniffed: Sniffed])[] = [
  ['ffd8ff', readable('jpeg')],
  ['89504e470d0a1a0a', readable('png')],
  ['474946383761', readable('gif')],
  ['474946383961', readable('gif')],
  ['49492a00', readable('tiff')],
  ['4d4d002a', readable('tiff')],
  ['25504446', unsupported('PDF')],
  ['424d', unsupported('BMP')],
  ['38425053', unsupported('PSD')],
  ['00000100', unsupported('ICO')],
  ['ff0a', unsupported('JPEG XL')],
  ['0000000c4a584c20', unsupported('JPEG XL')],
  ['0000000c6a502020', unsupported('JPEG 2000')],
  ['504b0304', unsupported('ZIP')],
  ['1f8b', unsupported('gzip')],
];

/** Tells the file type by its magic bytes; needs the first 4 KiB at most. */
export function sniffFormat(bytes: Buffer): Sniffed {
  const hex = bytes.toString('hex', 0, 16);
  for (const [magic, sniffed] of MAGIC) if (hex.startsWith(magic)) return sniffed;
  if (hex.startsWith('52494646') && bytes.toString('latin1', 8, 12) === 'WEBP') return readable('webp');
  if (bytes.toString('latin1', 4, 8) === 'ftyp') return sniffIsoMedia(bytes);
  return sniffMarkup(bytes);
}

/** ISO base media (ISO/IEC 14496-12): AVIF shows in the major or a compatible brand. */
function sniffIsoMedia(bytes: Buffer): Sniffed {
  const brands = bytes.toString('latin1', 8, Math.min(bytes.length, bytes.readUInt32BE(0), 256));
  if (/avi[fs]/.test(brands)) return readable('avif');
  return unsupported(/hei[cxms]|hev[cx]|mif1|msf1/.test(brands) ? 'HEIC' : 'video');
}

function sniffMarkup(bytes: Buffer): Sniffed {
  const text = bytes
    .toString('utf8', 0, 4096)
    .replace(/^\uFEFF/, '')
    .trimStart()
    .toLowerCase();
  if (!text.startsWith('<')) return { kind: 'unknown' };
  if (text.includes('<svg')) return unsupported('SVG');
  return text.startsWith('<!doctype html') || text.startsWith('<html') ? unsupported('HTML') : { kind: 'unknown' };
}
