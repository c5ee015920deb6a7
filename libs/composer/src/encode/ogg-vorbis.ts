import type { SoundSource } from '../master/sound-source.ts';
import { encodeWithWasm } from './wasm-encoder.ts';

/** About 192 kbit/s. */
const QUALITY = 6;
/** The number of the stream in its pages (RFC 3533); fixed, so that the same song has the same bytes. */
const SERIAL_NUMBER = 1;

/** A recording as Ogg Vorbis, stereo, of variable bitrate, piece by piece. The encoder is libvorbis, compiled to WebAssembly. */
export function encodeOggVorbis(sound: SoundSource): AsyncGenerator<Uint8Array> {
  return encodeWithWasm(sound, 'audio/ogg', { vbrQuality: QUALITY, oggSerialNo: SERIAL_NUMBER });
}
