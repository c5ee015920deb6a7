import type { SoundSource } from '../master/sound-source.ts';
import { encodeOggOpus, OPUS_FRAME_SAMPLES } from './ogg-opus.ts';

const OPUS_RATE_HZ = 48_000;
/** On average; the encoder gives more where there is more to hear. */
const BITS_PER_SECOND = 160_000;

/** A recording as Ogg Opus, stereo, about 160 kbit/s, piece by piece. The encoder is libopus, compiled to WebAssembly. */
export async function* encodeOpus(sound: SoundSource): AsyncGenerator<Uint8Array> {
  // Imported late: most processes that plan or render never encode.
  const { default: OpusScript } = await import('opusscript');
  const opus = new OpusScript(OPUS_RATE_HZ, 2, OpusScript.Application.AUDIO);
  opus.setBitrate(BITS_PER_SECOND);
  yield* encodeOggOpus(sound, {
    encode: ({ buffer, byteOffset, byteLength }) =>
      opus.encode(Buffer.from(buffer, byteOffset, byteLength), OPUS_FRAME_SAMPLES),
    close: () => opus.delete(),
  });
}
