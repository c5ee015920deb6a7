import { Biquad } from './biquad.ts';
import { decibelsOf } from './decibels.ts';
import { soundOf, type SoundSource } from './sound-source.ts';
import { truePeak } from './true-peak.ts';

/** What {@link measureLoudness} measures. */
export interface Loudness {
  /** Integrated loudness in LUFS; -Infinity for silence. */
  readonly integratedLufs: number;
  /** Highest level between the samples, in dB below full scale. */
  readonly truePeakDbtp: number;
}

const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -10;
const STEPS_PER_BLOCK = 4;

/** Pieces of a recording that is measured from disk. */
const PIECE_FRAMES = 2 ** 16;

/**
 * Integrated loudness and true peak after ITU-R BS.1770-4: K-weighting, blocks of 400 ms that overlap by 75 %, both gates;
 * true peak by fourfold oversampling (its annex 2).
 */
export function measureLoudness(source: SoundSource, sampleRateHz: number): Loudness {
  return { integratedLufs: integratedLufs(source, sampleRateHz), truePeakDbtp: decibelsOf(truePeak(source)) };
}

/** Integrated loudness alone, for loops that need nothing else. */
export function integratedLufs(source: SoundSource, sampleRateHz: number): number {
  const blocks = blockPowers(source, sampleRateHz);
  const audible = blocks.filter((power) => lufsOf(power) > ABSOLUTE_GATE_LUFS);
  if (audible.length === 0) return -Infinity;
  const gate = lufsOf(mean(audible)) + RELATIVE_GATE_LU;
  return lufsOf(mean(audible.filter((power) => lufsOf(power) > gate)));
}

function blockPowers(source: SoundSource, sampleRateHz: number): number[] {
  const sound = soundOf(source);
  const stepSamples = Math.round(sampleRateHz / 10);
  const steps: number[] = Array.from({ length: Math.floor(sound.frames / stepSamples) }, () => 0);
  const sides = { left: kWeighting(sampleRateHz), right: kWeighting(sampleRateHz) };
  const pieceSteps = Math.max(1, Math.floor(PIECE_FRAMES / stepSamples));
  for (let first = 0; first < steps.length; first += pieceSteps) {
    const count = Math.min(pieceSteps, steps.length - first);
    const piece = sound.read(first * stepSamples, (first + count) * stepSamples);
    for (const side of ['left', 'right'] as const) {
      const [shelf, highPass] = sides[side];
      const samples = piece[side];
      for (let step = 0; step < count; step++) {
        let energy = 0;
        for (let index = step * stepSamples; index < (step + 1) * stepSamples; index++) {
          const weighted = highPass.next(shelf.next(samples[index]!));
          energy += weighted * weighted;
        }
        steps[first + step]! += energy;
      }
    }
  }
  return steps
    .slice(0, Math.max(0, steps.length - STEPS_PER_BLOCK + 1))
    .map((_, start) => mean(steps.slice(start, start + STEPS_PER_BLOCK)) / stepSamples);
}

/**
 * The two filters of the recommendation. It gives coefficients for 48 kHz only; these are the analogue filters behind them,
 * transformed anew for the rate at hand.
 */
function kWeighting(sampleRateHz: number): [Biquad, Biquad] {
  const shelf = { frequencyHz: 1681.974450955533, gainDb: 3.999843853973347, q: 0.7071752369554196 };
  const k = Math.tan((Math.PI * shelf.frequencyHz) / sampleRateHz);
  const high = 10 ** (shelf.gainDb / 20);
  const band = high ** 0.4996667741545416;
  const pass = { frequencyHz: 38.13547087602444, q: 0.5003270373238773 };
  const kp = Math.tan((Math.PI * pass.frequencyHz) / sampleRateHz);
  // The high-pass is not normalised: the recommendation sets its numerator to 1, -2, 1.
  const scale = 1 + kp / pass.q + kp * kp;
  return [
    new Biquad(
      [high + (band * k) / shelf.q + k * k, 2 * (k * k - high), high - (band * k) / shelf.q + k * k],
      [1 + k / shelf.q + k * k, 2 * (k * k - 1), 1 - k / shelf.q + k * k],
    ),
    new Biquad([scale, -2 * scale, scale], [scale, 2 * (kp * kp - 1), 1 - kp / pass.q + kp * kp]),
  ];
}

function lufsOf(power: number): number {
  return -0.691 + 10 * Math.log10(power);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
