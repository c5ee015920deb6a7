import { SAMPLE_RATE_HZ } from '../engine.ts';
import type { SoundSource } from '../master/sound-source.ts';
import { createPcm16Source, pieces } from './pcm16.ts';

const HEADER_BYTES = 44;
const BYTES_PER_FRAME = 4;
const PIECE_FRAMES = 65_536;

/** A recording as WAV: RIFF, PCM, stereo, 16 bit; piece by piece. */
export function* encodeWav(sound: SoundSource): Generator<Uint8Array> {
  const source = createPcm16Source(sound);
  const dataBytes = source.frames * BYTES_PER_FRAME;
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(2, 22); // channels
  header.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  header.writeUInt32LE(SAMPLE_RATE_HZ * BYTES_PER_FRAME, 28);
  header.writeUInt16LE(BYTES_PER_FRAME, 32);
  header.writeUInt16LE(16, 34); // bits
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  yield header;
  for (const [start, end] of pieces(source.frames, PIECE_FRAMES)) {
    const samples = source.read(start, end);
    const bytes = Buffer.alloc(samples.byteLength);
    samples.forEach((sample, index) => bytes.writeInt16LE(sample, index * 2));
    yield bytes;
  }
}
