/** The media type by the first 32 bytes, whatever a server or a file name says; undefined when it is no known sound. */
export function soundMediaType(bytes: Uint8Array): string | undefined {
  const text = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString('latin1');
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WAVE') return 'audio/wav';
  if (text(0, 4) === 'fLaC') return 'audio/flac';
  if (text(0, 4) === 'OggS') return 'audio/ogg';
  if (text(4, 8) === 'ftyp' && text(8, 11) === 'M4A') return 'audio/mp4';
  // An ID3v2 tag, or the header of a frame of MPEG layer III: eleven bits of sync, a version and a rate that exist.
  if (text(0, 3) === 'ID3') return 'audio/mpeg';
  const [first = 0, second = 0, third = 0] = bytes;
  const isLayer3 = first === 0xff && (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08;
  return isLayer3 && third >> 4 !== 0xf && (third & 0x0c) !== 0x0c ? 'audio/mpeg' : undefined;
}

/** As far as sounds are taken: 10 minutes of 24 bits stereo at 48 kHz, and room. */
export const MAX_SOUND_BYTES = 256 * 1024 ** 2;
