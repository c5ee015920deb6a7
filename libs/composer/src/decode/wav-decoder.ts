import { badSound, type DecodedSound } from './sound.ts';

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const CHUNKS_START = 12;
const CHUNK_HEADER_BYTES = 8;

/**
 * Decodes a WAV file of one or two channels: 16, 24 or 32 bit whole numbers, or 32-bit floats. A data chunk whose length was
 * never filled in, as of a stream, reaches to the end of the file.
 * @throws FramesongError INVALID_ARGUMENT for anything else
 */
export function decodeWav(file: Uint8Array): DecodedSound {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    throw badSound('is no WAV file');
  }
  const format = chunkOf(bytes, 'fmt ');
  const data = chunkOf(bytes, 'data');
  if (!format || format.length < 16 || !data) throw badSound('is a WAV file without format or data');
  const named = format.readUInt16LE(0);
  // The extensible form has the real encoding in the first bytes of its identifier.
  const encoding = named === EXTENSIBLE && format.length >= 26 ? format.readUInt16LE(24) : named;
  const [channels, sampleRateHz, bits] = [format.readUInt16LE(2), format.readUInt32LE(4), format.readUInt16LE(14)];
  const read = readerOf(encoding, bits);
  if (!read || channels < 1 || channels > 2 || sampleRateHz === 0) {
    throw badSound(`is a WAV file of encoding ${encoding}, ${bits} bit, ${channels} channels, ${sampleRateHz} Hz`);
  }
  const sampleBytes = bits / 8;
  const frames = Math.floor(data.length / (sampleBytes * channels));
  const sides = Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: frames }, (_frame, frame) => read(data, (frame * channels + channel) * sampleBytes)),
  );
  return { left: sides[0]!, right: sides[1] ?? sides[0]!, sampleRateHz };
}

type ReadSample = (data: Buffer, at: number) => number;

function readerOf(encoding: number, bits: number): ReadSample | undefined {
  if (encoding === FLOAT && bits === 32) return (data, at) => data.readFloatLE(at);
  if (encoding !== PCM) return undefined;
  if (bits === 16) return (data, at) => data.readInt16LE(at) / 2 ** 15;
  if (bits === 24) return (data, at) => data.readIntLE(at, 3) / 2 ** 23;
  return bits === 32 ? (data, at) => data.readInt32LE(at) / 2 ** 31 : undefined;
}

function chunkOf(bytes: Buffer, name: string): Buffer | undefined {
  for (let at = CHUNKS_START; at + CHUNK_HEADER_BYTES <= bytes.length;) {
    const sizeBytes = bytes.readUInt32LE(at + 4);
    const start = at + CHUNK_HEADER_BYTES;
    if (bytes.toString('latin1', at, at + 4) === name) return bytes.subarray(start, start + sizeBytes);
    at = start + sizeBytes + (sizeBytes % 2);
  }
  return undefined;
}
