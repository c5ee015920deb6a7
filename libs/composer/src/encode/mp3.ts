import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createEncoder } from 'wasm-media-encoders';
import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { pieces } from './pcm16.ts';

const BITRATE_KBPS = 192;
const PIECE_FRAMES = 48_000;

/** A recording as MP3, stereo, 192 kbit/s, piece by piece. The encoder is LAME, compiled to WebAssembly. */
export async function* encodeMp3(pcm: StereoPcm): AsyncGenerator<Uint8Array> {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('wasm-media-encoders/wasm/mp3'));
  const encoder = await createEncoder('audio/mpeg', new Uint8Array(wasm));
  encoder.configure({ sampleRate: SAMPLE_RATE_HZ, channels: 2, bitrate: BITRATE_KBPS });
  // The encoder gives views of its own memory, which the next call overwrites.
  for (const [start, end] of pieces(pcm.left.length, PIECE_FRAMES)) {
    yield encoder.encode([pcm.left.subarray(start, end), pcm.right.subarray(start, end)]).slice();
  }
  yield encoder.finalize().slice();
}
