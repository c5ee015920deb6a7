import { resample } from '../decode/resample.ts';
import { SAMPLE_RATE_HZ } from '../engine.ts';
import { soundOf, type Sound, type SoundSource } from '../master/sound-source.ts';
import { oggPages, type OggPacket } from './ogg-pages.ts';

/** Encodes consecutive frames of 20 ms at 48 kHz, interleaved 16-bit stereo, to one Opus packet each. */
export interface OpusPacketEncoder {
  encode(frame: Int16Array): Uint8Array;
  close(): void;
}

const OPUS_RATE_HZ = 48_000;
/** Samples of one side in a packet of 20 ms. */
export const OPUS_FRAME_SAMPLES = 960;
/** What libopus looks ahead at 48 kHz, and a player has to leave out at the start. */
const PRE_SKIP_SAMPLES = 312;
const VENDOR = 'framesong-composer';
const SERIAL_NUMBER = 1;
/** 44.1 kHz and 48 kHz meet after 147 and 160 samples: pieces that begin there are resampled as the whole would be. */
const MEETING_IN = 147;
const MEETING_OUT = 160;
const PIECE_IN = MEETING_IN * 300;

/** A recording as Ogg Opus, stereo, piece by piece (RFC 7845), by an encoder of packets. */
export function encodeOggOpus(source: SoundSource, encoder: OpusPacketEncoder): AsyncGenerator<Uint8Array> {
  return oggPages(packetsOf(soundOf(source), encoder), SERIAL_NUMBER);
}

function* packetsOf(sound: Sound, encoder: OpusPacketEncoder): Generator<OggPacket> {
  yield { bytes: identification(), position: 0n, endsPage: true };
  yield { bytes: comments(), position: 0n, endsPage: true };
  const total = Math.ceil((sound.frames * OPUS_RATE_HZ) / SAMPLE_RATE_HZ);
  try {
    let encoded = 0;
    for (const frame of framesAt48kHz(sound, total + PRE_SKIP_SAMPLES)) {
      encoded += OPUS_FRAME_SAMPLES;
      // The last page ends where the sound does: what is encoded beyond it is not played.
      const position = Math.min(encoded, total + PRE_SKIP_SAMPLES);
      yield { bytes: encoder.encode(frame), position: BigInt(position) };
    }
  } finally {
    encoder.close();
  }
}

function identification(): Uint8Array {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 0, 'latin1');
  head[8] = 1; // version
  head[9] = 2; // channels
  head.writeUInt16LE(PRE_SKIP_SAMPLES, 10);
  head.writeUInt32LE(SAMPLE_RATE_HZ, 12); // of the original
  return head;
}

function comments(): Uint8Array {
  const tags = Buffer.alloc(8 + 4 + VENDOR.length + 4);
  tags.write('OpusTags', 0, 'latin1');
  tags.writeUInt32LE(VENDOR.length, 8);
  tags.write(VENDOR, 12, 'latin1');
  return tags;
}

/** Whole frames for `total` samples; silence follows the sound. */
function* framesAt48kHz(sound: Sound, total: number): Generator<Int16Array> {
  let frame = new Int16Array(OPUS_FRAME_SAMPLES * 2);
  let filled = 0;
  let done = 0;
  for (let start = 0; done < total; start += PIECE_IN) {
    for (const [left, right] of pieceAt48kHz(sound, start)) {
      frame[filled * 2] = left;
      frame[filled * 2 + 1] = right;
      if (++filled < OPUS_FRAME_SAMPLES) continue;
      yield frame;
      done += OPUS_FRAME_SAMPLES;
      if (done >= total) return;
      frame = new Int16Array(OPUS_FRAME_SAMPLES * 2);
      filled = 0;
    }
  }
}

function* pieceAt48kHz(source: Sound, start: number): Generator<readonly [number, number]> {
  // With a margin, so that the filter sees what lies around the piece.
  const from = start - MEETING_IN;
  const length = PIECE_IN + 2 * MEETING_IN;
  const known = source.read(Math.max(0, from), Math.max(0, from + length));
  const padded = (side: Float32Array): Float32Array => {
    const out = new Float32Array(length);
    out.set(side, Math.max(0, -from));
    return out;
  };
  const sound = { left: padded(known.left), right: padded(known.right), sampleRateHz: SAMPLE_RATE_HZ };
  const { left, right } = resample(sound, OPUS_RATE_HZ);
  const to16 = (sample: number) => Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_767)));
  const end = MEETING_OUT + (PIECE_IN / MEETING_IN) * MEETING_OUT;
  for (let at = MEETING_OUT; at < end; at++) yield [to16(left[at]!), to16(right[at]!)];
}
