import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { decibelsOf } from '../master/decibels.ts';

/** A stretch of a song, in seconds. */
export interface Stretch {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** How a song differs from an earlier one outside a stretch. */
export interface MixDifference {
  /** The constant gain, measured over all samples outside. */
  readonly gainDb: number;
  /** The largest sample of what that gain does not explain, in dB below full scale; at least -200. */
  readonly residualDbfs: number;
}

const SILENCE_DBFS = -200;

/** Compares two songs outside `stretch`, sample by sample. */
export function compareOutside(before: StereoPcm, after: StereoPcm, stretch: Stretch): MixDifference {
  const total = Math.min(before.left.length, after.left.length);
  const from = Math.round(stretch.startSeconds * SAMPLE_RATE_HZ);
  const to = Math.round(stretch.endSeconds * SAMPLE_RATE_HZ);
  const outside = (visit: (one: number, other: number) => void) => {
    for (const side of ['left', 'right'] as const) {
      for (let index = 0; index < total; index++) {
        if (index < from || index >= to) visit(before[side][index]!, after[side][index]!);
      }
    }
  };
  let [both, own] = [0, 0];
  outside((one, other) => {
    both += one * other;
    own += one * one;
  });
  const gain = own > 0 ? both / own : 1;
  let residual = 0;
  outside((one, other) => (residual = Math.max(residual, Math.abs(other - one * gain))));
  return { gainDb: decibelsOf(gain), residualDbfs: Math.max(SILENCE_DBFS, decibelsOf(residual)) };
}
