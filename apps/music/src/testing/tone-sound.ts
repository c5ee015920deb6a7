/** What the tone engine plays: its own rate, so that what receives it has to convert. */
export const TONE_RATE_HZ = 48_000;

const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;

/** A WAV file of mono tones on the beats of a section, as loud as they are, in slices of a quarter of a second. */
export function* toneSlices(seconds: number, bpm: number, seed: number): Generator<Buffer> {
  const total = Math.round(seconds * TONE_RATE_HZ);
  yield wavHeader(total * BYTES_PER_SAMPLE);
  const beat = (60 / bpm) * TONE_RATE_HZ;
  const slice = TONE_RATE_HZ / 4;
  for (let start = 0; start < total; start += slice) {
    const count = Math.min(slice, total - start);
    const bytes = Buffer.alloc(count * BYTES_PER_SAMPLE);
    for (let index = 0; index < count; index++) {
      const at = start + index;
      const place = (at % beat) / beat;
      const frequencyHz = 220 * 2 ** (((Math.floor(at / beat) * 7 + seed) % 12) / 12);
      const sample = 0.4 * (1 - place) ** 2 * Math.sin((2 * Math.PI * frequencyHz * at) / TONE_RATE_HZ);
      bytes.writeInt16LE(Math.round(sample * 32_767), index * BYTES_PER_SAMPLE);
    }
    yield bytes;
  }
}

function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(TONE_RATE_HZ, 24);
  header.writeUInt32LE(TONE_RATE_HZ * BYTES_PER_SAMPLE, 28);
  header.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  header.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
