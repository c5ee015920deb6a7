/** Sample rate of every emulated sound. */
export const SAMPLE_RATE_HZ = 48_000;
/** Left and right. */
export const CHANNELS = 2;

// Globals are slow in the test environment, and a sound has many samples.
const { floor, PI, round, sin } = Math;

/** Samples of 16 bits, left and right in turn: a tone on each beat, another one for each key, as loud as music is. */
export function makeTone(seconds: number, bpm: number, key: string): Int16Array {
  const frames = round(seconds * SAMPLE_RATE_HZ);
  const samples = new Int16Array(frames * CHANNELS);
  const beatFrames = (60 / bpm) * SAMPLE_RATE_HZ;
  const shift = Buffer.from(key).reduce((sum, byte) => sum + byte, 0) % 12;
  for (let frame = 0; frame < frames; frame += 1) {
    const place = (frame % beatFrames) / beatFrames;
    const step = (floor(frame / beatFrames) * 7 + shift) % 12;
    const angle = (2 * PI * 220 * 2 ** (step / 12) * frame) / SAMPLE_RATE_HZ;
    const sample = round(13_000 * (1 - place) ** 2 * sin(angle));
    samples[frame * CHANNELS] = sample;
    samples[frame * CHANNELS + 1] = sample;
  }
  return samples;
}
