import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SAMPLE_RATE_HZ } from '../engine.ts';
import { soundOf, type SoundSource } from '../master/sound-source.ts';
import { pieces } from './pcm16.ts';

const PIECE_FRAMES = 48_000;
const WASM = { 'audio/mpeg': 'wasm-media-encoders/wasm/mp3', 'audio/ogg': 'wasm-media-encoders/wasm/ogg' } as const;

interface Settings {
  readonly 'audio/mpeg': { readonly bitrate: 192 };
  readonly 'audio/ogg': { readonly vbrQuality: number; readonly oggSerialNo: number };
}

/** A recording in a compressed form, piece by piece. */
export async function* encodeWithWasm<Form extends keyof Settings>(
  source: SoundSource,
  mediaType: Form,
  settings: Settings[Form],
): AsyncGenerator<Uint8Array> {
  // Imported late: most processes that plan or render never encode.
  const { createEncoder } = await import('wasm-media-encoders');
  const wasm = readFileSync(createRequire(import.meta.url).resolve(WASM[mediaType]));
  const encoder = await createEncoder(mediaType, new Uint8Array(wasm));
  encoder.configure({ sampleRate: SAMPLE_RATE_HZ, channels: 2, ...settings });
  // The encoder gives views of its own memory, which the next call overwrites.
  const sound = soundOf(source);
  for (const [start, end] of pieces(sound.frames, PIECE_FRAMES)) {
    const { left, right } = sound.read(start, end);
    yield encoder.encode([left, right]).slice();
  }
  yield encoder.finalize().slice();
}
