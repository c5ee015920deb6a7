import type { StereoPcm } from '../engine.ts';
import { encodeWithWasm } from './wasm-encoder.ts';

/** About 192 kbit/s. */
const QUALITY = 6;
/** The number of the stream in its pages (RFC 3533); fixed, so that the same song has the same bytes. */
const SERIAL_NUMBER = 1;

/** A recording as Ogg Vorbis, stereo, of variable bitrate, piece by piece. The encoder is libvorbis, compiled to WebAssembly. */
export function encodeOggVorbis(pcm: StereoPcm): AsyncGenerator<Uint8Array> {
  return encodeWithWasm(pcm, 'audio/ogg', { vbrQuality: QUALITY, oggSerialNo: SERIAL_NUMBER });
}
