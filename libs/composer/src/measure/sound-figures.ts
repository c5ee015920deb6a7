import { SAMPLE_RATE_HZ, SONG_TAIL_SECONDS, type StereoPcm } from '../engine.ts';
import { integratedLufs, measureLoudness } from '../master/loudness.ts';
import { decibelsOf } from '../master/decibels.ts';
import type { SongPlan } from '../score/song-plan.ts';
import { barLikeness, type BarLikeness } from './bar-likeness.ts';
import { loudnessRange, shortTermLufs } from './loudness-range.ts';
import { createSpectrometer, monoOf } from './spectrum.ts';

/** The bands of {@link SoundFigures.bandsDb}: up to these frequencies, in Hz. */
export const BAND_EDGES_HZ = [120, 500, 2000, 6000, 20_000] as const;

/** What is measured of a rendered song. */
export interface SoundFigures extends BarLikeness {
  readonly integratedLufs: number;
  readonly truePeakDbtp: number;
  /** Loudness range in LU (EBU Tech 3342). */
  readonly rangeLu: number;
  /** Longest stretch below -60 dBFS before the last bar ends. */
  readonly longestSilenceSeconds: number;
  /** Share of the power in each band, in dB. */
  readonly bandsDb: readonly number[];
  readonly sectionsLufs: readonly number[];
  /** For each place where two sections meet: how much louder the bar after it is than the bar before it, in LU. */
  readonly stepsLu: readonly number[];
  /** Largest jump between neighbouring samples near these places, against the largest one in the bars around, in dB. */
  readonly worstSeamDb: number;
}

const SILENCE = 10 ** (-60 / 20);
const LOOK_SAMPLES = 441;
const SPECTRUM_SAMPLES = 8192;
const SEAM_SECONDS = 0.01;

/** Measures a whole song. */
export function soundFigures(plan: SongPlan, pcm: StereoPcm): SoundFigures {
  const mono = monoOf(pcm);
  const bars = plan.sections.reduce((sum, section) => sum + section.bars, 0);
  const barSeconds = (plan.beatsPerBar * 60) / plan.bpm;
  const between = (from: number, to: number): StereoPcm => ({
    left: pcm.left.subarray(Math.round(from * SAMPLE_RATE_HZ), Math.round(to * SAMPLE_RATE_HZ)),
    right: pcm.right.subarray(Math.round(from * SAMPLE_RATE_HZ), Math.round(to * SAMPLE_RATE_HZ)),
  });
  const lufs = (from: number, to: number) => integratedLufs(between(from, to), SAMPLE_RATE_HZ);
  const seams = plan.sections.slice(1).map(({ startSeconds }) => startSeconds);
  return {
    ...measureLoudness(pcm, SAMPLE_RATE_HZ),
    rangeLu: loudnessRange(shortTermLufs(pcm)),
    longestSilenceSeconds: longestSilence(pcm),
    bandsDb: bandsOf(mono),
    sectionsLufs: plan.sections.map(({ startSeconds, durationSeconds }) =>
      lufs(startSeconds, startSeconds + durationSeconds),
    ),
    stepsLu: seams.map((seam) => lufs(seam, seam + barSeconds) - lufs(seam - barSeconds, seam)),
    worstSeamDb: Math.max(-200, ...seams.map((seam) => seamDb(mono, seam, barSeconds))),
    ...barLikeness(mono, plan.bpm, bars),
  };
}

function longestSilence({ left, right }: StereoPcm): number {
  let [silent, longest] = [0, 0];
  const end = left.length - SONG_TAIL_SECONDS * SAMPLE_RATE_HZ;
  for (let start = 0; start + LOOK_SAMPLES < end; start += LOOK_SAMPLES) {
    let energy = 0;
    for (let at = start; at < start + LOOK_SAMPLES; at++) energy += left[at]! ** 2 + right[at]! ** 2;
    silent = Math.sqrt(energy / (2 * LOOK_SAMPLES)) < SILENCE ? silent + LOOK_SAMPLES / SAMPLE_RATE_HZ : 0;
    longest = Math.max(longest, silent);
  }
  return longest;
}

function bandsOf(mono: Float32Array): number[] {
  const spectrometer = createSpectrometer(SPECTRUM_SAMPLES);
  const sums = BAND_EDGES_HZ.map(() => 0);
  for (let center = SPECTRUM_SAMPLES; center < mono.length; center += SPECTRUM_SAMPLES) {
    spectrometer.powerAt(mono, center).forEach((power, at) => {
      const band = BAND_EDGES_HZ.findIndex((edge) => (at * SAMPLE_RATE_HZ) / SPECTRUM_SAMPLES < edge);
      if (band >= 0) sums[band]! += power;
    });
  }
  const total = sums.reduce((sum, power) => sum + power, 0);
  return sums.map((power) => 10 * Math.log10(power / total));
}

/** A click is a jump that the music around does not have. */
function seamDb(mono: Float32Array, seconds: number, aroundSeconds: number): number {
  const largestJump = (from: number, to: number): number => {
    let largest = 0;
    const end = Math.min(mono.length, Math.round(to * SAMPLE_RATE_HZ));
    for (let at = Math.round(from * SAMPLE_RATE_HZ) + 1; at < end; at++) {
      largest = Math.max(largest, Math.abs(mono[at]! - mono[at - 1]!));
    }
    return largest;
  };
  // With the beginning of the next bar but one, where notes begin as well.
  const around = largestJump(seconds + SEAM_SECONDS, seconds + 2.2 * aroundSeconds);
  return decibelsOf(largestJump(seconds - SEAM_SECONDS, seconds + SEAM_SECONDS) / around);
}
