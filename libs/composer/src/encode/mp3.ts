import type { SoundSource } from '../master/sound-source.ts';
import { encodeWithWasm } from './wasm-encoder.ts';

const BITRATE_KBPS = 192;

/** A recording as MP3, stereo, 192 kbit/s, piece by piece. The encoder is LAME, compiled to WebAssembly. */
export function encodeMp3(sound: SoundSource): AsyncGenerator<Uint8Array> {
  return encodeWithWasm(sound, 'audio/mpeg', { bitrate: BITRATE_KBPS });
}
