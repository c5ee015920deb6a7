import { SAMPLE_RATE_HZ } from '../engine.ts';
import { createSpectrometer } from './spectrum.ts';

const SPECTRUM_SAMPLES = 2048;
const STEPS_PER_BAR = 16;
const LOWEST_HZ = 50;
const BANDS = 36;
const BANDS_PER_OCTAVE = 4;
/** Two bars above this are heard as the same bar again. */
const THE_SAME = 0.98;
const QUIETEST_DB = -60;

/** How alike the bars of a song are, from 0 to 1. */
export interface BarLikeness {
  /** Mean likeness of a bar and the one before. */
  readonly toPrevious: number;
  /** Mean, over all bars, of the likeness to the most similar of all earlier bars. */
  readonly toNearestEarlier: number;
  /** Share of bars that repeat an earlier one so closely that they sound the same. */
  readonly repeatedShare: number;
}

/**
 * Compares the bars of a song by what is heard: levels in 36 bands of a quarter octave at each sixteenth, each bar without its
 * mean level, by the correlation of Pearson.
 */
export function barLikeness(mono: Float32Array, bpm: number, bars: number): BarLikeness {
  const spectrometer = createSpectrometer(SPECTRUM_SAMPLES);
  const barSamples = ((4 * 60) / bpm) * SAMPLE_RATE_HZ;
  const heard = Array.from({ length: bars }, (_, bar) => {
    const levels: number[] = [];
    for (let step = 0; step < STEPS_PER_BAR; step++) {
      levels.push(...bandLevels(spectrometer.powerAt(mono, (bar + (step + 0.5) / STEPS_PER_BAR) * barSamples)));
    }
    return standardised(levels);
  });
  const previous: number[] = [];
  const nearest: number[] = [];
  for (let bar = 1; bar < bars; bar++) {
    const likeness = heard.slice(0, bar).map((earlier) => correlation(earlier, heard[bar]!));
    previous.push(likeness.at(-1)!);
    nearest.push(Math.max(...likeness));
  }
  return {
    toPrevious: mean(previous),
    toNearestEarlier: mean(nearest),
    repeatedShare: mean(nearest.map((likeness) => (likeness > THE_SAME ? 1 : 0))),
  };
}

function bandLevels(power: Float64Array): number[] {
  return Array.from({ length: BANDS }, (_, band) => {
    const hz = (place: number) => LOWEST_HZ * 2 ** (place / BANDS_PER_OCTAVE);
    const from = Math.max(1, Math.floor((hz(band) * SPECTRUM_SAMPLES) / SAMPLE_RATE_HZ));
    const to = Math.max(from + 1, Math.ceil((hz(band + 1) * SPECTRUM_SAMPLES) / SAMPLE_RATE_HZ));
    let sum = 0;
    for (let at = from; at < Math.min(to, power.length); at++) sum += power[at]!;
    return Math.max(QUIETEST_DB, 10 * Math.log10(sum / (to - from) + 1e-12));
  });
}

function standardised(values: readonly number[]): number[] {
  const middle = mean(values);
  const length = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0)) || 1;
  return values.map((value) => (value - middle) / length);
}

function correlation(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * other[at]!, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
