import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FramesongError, withStorageErrors } from '@framesong/errors';

interface WavFacts {
  /** The `fmt ` chunk with its head. */
  readonly format: Buffer;
  readonly frameBytes: number;
  readonly sampleRateHz: number;
  readonly dataStart: number;
  readonly dataBytes: number;
}

const HEAD_BYTES = 8;
const RIFF_BYTES = 12;
const MOST_CHUNKS = 64;

/**
 * Copies seconds of a WAV file, sample by sample, whatever its samples are; what lies beyond its end is left out. Microsoft,
 * "Multimedia Programming Interface and Data Specifications 1.0", RIFF WAVE.
 * @returns how many bytes the new file has
 * @throws FramesongError UNAVAILABLE `PROVIDER_RESULT_INVALID` for a file that is no WAV, or holds nothing of these seconds
 */
export async function cutWav(
  source: string,
  target: string,
  { startSeconds, endSeconds }: { readonly startSeconds: number; readonly endSeconds: number },
): Promise<number> {
  return await withStorageErrors(dirname(target), async () => {
    const { format, frameBytes, sampleRateHz, dataStart, dataBytes } = await factsOf(source);
    const frames = Math.floor(dataBytes / frameBytes);
    const [first, last] = [startSeconds, endSeconds].map((seconds) => Math.round(seconds * sampleRateHz));
    const end = Math.min(frames, last!);
    if (end <= first!) throw invalid(`has ${(frames / sampleRateHz).toFixed(1)} s, and nothing of what was asked for`);
    const bytes = (end - first!) * frameBytes;
    const start = dataStart + first! * frameBytes;
    const header = headerOf(format, bytes);
    async function* pieces(): AsyncGenerator<Buffer> {
      yield header;
      yield* createReadStream(source, { start, end: start + bytes - 1 }) as AsyncIterable<Buffer>;
    }
    await pipeline(pieces, createWriteStream(target));
    return header.length + bytes;
  });
}

async function factsOf(path: string): Promise<WavFacts> {
  await using file = await open(path, 'r');
  const { size } = await stat(path);
  const riff = await bytesAt(file, 0, RIFF_BYTES);
  if (riff.toString('latin1', 0, 4) !== 'RIFF' || riff.toString('latin1', 8) !== 'WAVE') throw invalid('is no WAV');
  let format: Buffer | undefined;
  for (let at = RIFF_BYTES, chunks = 0; at + HEAD_BYTES <= size && chunks < MOST_CHUNKS; chunks += 1) {
    const head = await bytesAt(file, at, HEAD_BYTES);
    const length = head.readUInt32LE(4);
    const name = head.toString('latin1', 0, 4);
    if (name === 'fmt ') format = await bytesAt(file, at, HEAD_BYTES + Math.min(length, 64));
    if (name === 'data' && format) {
      // Who writes while it is being made leaves the length open.
      const dataBytes = Math.min(length, size - at - HEAD_BYTES);
      const [sampleRateHz, frameBytes] = [format.readUInt32LE(12), format.readUInt16LE(20)];
      if (sampleRateHz === 0 || frameBytes === 0) break;
      return { format, frameBytes, sampleRateHz, dataStart: at + HEAD_BYTES, dataBytes };
    }
    at += HEAD_BYTES + length + (length % 2);
  }
  throw invalid('has no samples');
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw invalid('ends in the middle');
  return buffer;
}

function headerOf(format: Buffer, dataBytes: number): Buffer {
  const riff = Buffer.alloc(RIFF_BYTES);
  riff.write('RIFF', 0, 'latin1');
  riff.writeUInt32LE(RIFF_BYTES - HEAD_BYTES + format.length + HEAD_BYTES + dataBytes, 4);
  riff.write('WAVE', 8, 'latin1');
  const data = Buffer.alloc(HEAD_BYTES);
  data.write('data', 0, 'latin1');
  data.writeUInt32LE(dataBytes, 4);
  return Buffer.concat([riff, format, data]);
}

function invalid(what: string): FramesongError {
  return new FramesongError(`the sound ${what}`, { code: 'UNAVAILABLE', reason: 'PROVIDER_RESULT_INVALID' });
}
