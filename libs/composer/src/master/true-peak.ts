import type { StereoPcm } from '../engine.ts';
import { soundOf, type SoundSource } from './sound-source.ts';

const OVERSAMPLING = 4;
const TAPS = 12;
const PIECE_FRAMES = 2 ** 16;
/** The interpolated point lies between tap 5 and tap 6. */
const TAPS_BEFORE = TAPS / 2 - 1;

/** How many samples after the one in question the interpolation looks at. */
export const TRUE_PEAK_LOOKAHEAD = TAPS / 2;

/** A windowed sinc for each of the three points between two samples. */
const PHASES = Array.from({ length: OVERSAMPLING - 1 }, (_, phase) => {
  const kernel = Float64Array.from({ length: TAPS }, (_tap, tap) => {
    const x = tap - TAPS_BEFORE - (phase + 1) / OVERSAMPLING;
    return (Math.sin(Math.PI * x) / (Math.PI * x)) * (0.5 + 0.5 * Math.cos((Math.PI * x) / (TAPS / 2)));
  });
  // Without this the window would let each phase pass a little more or less of a constant.
  const sum = kernel.reduce((total, tap) => total + tap, 0);
  return kernel.map((tap) => tap / sum);
});

/** Below this no point between samples can reach full scale, so the interpolation is spared. */
const QUIET = 0.25;

/** The highest absolute level at sample `index` and between it and the next one, of both sides. */
export function truePeakAt(pcm: StereoPcm, index: number): number {
  return Math.max(peakOfSide(pcm.left, index), peakOfSide(pcm.right, index));
}

/** The highest absolute level of a recording with fourfold oversampling (ITU-R BS.1770-4, annex 2). */
export function truePeak(source: SoundSource): number {
  const sound = soundOf(source);
  let highest = 0;
  for (let start = 0; start < sound.frames; start += PIECE_FRAMES) {
    const end = Math.min(sound.frames, start + PIECE_FRAMES);
    // With what the interpolation at both ends looks at.
    const from = Math.max(0, start - TAPS);
    const piece = sound.read(from, end + TAPS);
    for (let index = start; index < end; index++) highest = Math.max(highest, truePeakAt(piece, index - from));
  }
  return highest;
}

function peakOfSide(samples: Float32Array, index: number): number {
  let highest = Math.abs(samples[index]!);
  if (highest < QUIET && Math.abs(samples[index + 1] ?? 0) < QUIET) return highest;
  const start = index - TAPS_BEFORE;
  for (const kernel of PHASES) {
    let value = 0;
    for (let tap = 0; tap < TAPS; tap++) value += kernel[tap]! * (samples[start + tap] ?? 0);
    highest = Math.max(highest, Math.abs(value));
  }
  return highest;
}
