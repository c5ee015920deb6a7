/** How many bytes {@link imageMediaType} needs to see. */
export const MAGIC_BYTES = 32;

/** The media type by the first bytes, whatever a server or a file name says; undefined when it is no known picture. */
export function imageMediaType(bytes: Uint8Array): string | undefined {
  const text = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString('latin1');
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (text(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp';
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'image/gif';
  // ISO BMFF: the major brand, then a version, then compatible brands, four characters each.
  const brands = text(8, 12) + text(16, MAGIC_BYTES);
  if (text(4, 8) === 'ftyp' && /^(?:.{4})*?avi[fs]/s.test(brands)) return 'image/avif';
  return undefined;
}
