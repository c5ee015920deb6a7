import { durationOfMs } from '@framesong/rpc';
import { EstimateBasis, type ExpectedTime } from '@framesong/contracts/job/v1/outlook';
import type { QueueStatus } from '@framesong/jobs';

/** From a lower to an upper limit. */
export interface Interval {
  readonly lowMs: number;
  readonly highMs: number;
}

/** An interval and what it rests on. */
export interface Estimate extends Interval {
  readonly basis: 'history' | 'default';
  readonly sampleCount: number;
}

/** Fewer jobs of the past than this are no history. */
export const MIN_SAMPLES = 5;

/** How long a job of a queue runs: p50 to p90 of the last ones, or what is known of such work. */
export function runTimeOf({ medianRunMs, p90RunMs, samples }: QueueStatus, usual: Interval): Estimate {
  if (medianRunMs === undefined || p90RunMs === undefined || samples < MIN_SAMPLES) {
    return { ...usual, basis: 'default', sampleCount: 0 };
  }
  return { lowMs: medianRunMs, highMs: p90RunMs, basis: 'history', sampleCount: samples };
}

/**
 * How long until a job starts: places come free one after another, `concurrency` of them in one running time. The next one
 * comes free after half of its share at best, since somebody is in the middle of it.
 * @param place in the order of starting, from 1
 */
export function waitOf(
  place: number,
  { freePlaces, concurrency }: Pick<QueueStatus, 'freePlaces' | 'concurrency'>,
  run: Estimate,
): Estimate {
  const ends = place - freePlaces;
  if (ends <= 0) return { ...run, lowMs: 0, highMs: 0 };
  return { ...run, lowMs: ((ends - 0.5) * run.lowMs) / concurrency, highMs: (ends * run.highMs) / concurrency };
}

/** How long until all jobs of a queue have ended, when no more come. */
export function untilEmpty({ total, concurrency }: QueueStatus, run: Estimate): Estimate {
  if (total === 0) return { ...run, lowMs: 0, highMs: 0 };
  const rounds = Math.ceil(total / concurrency);
  return { ...run, lowMs: (total / concurrency - 0.5) * run.lowMs, highMs: rounds * run.highMs };
}

/** One after the other; it rests on history only where both do. */
export function sumOf(one: Estimate, other: Estimate): Estimate {
  const isHistory = one.basis === 'history' && other.basis === 'history';
  return {
    lowMs: one.lowMs + other.lowMs,
    highMs: one.highMs + other.highMs,
    basis: isHistory ? 'history' : 'default',
    sampleCount: isHistory ? Math.min(one.sampleCount, other.sampleCount) : 0,
  };
}

/** The wire form. */
export function expectedTimeMessage({ lowMs, highMs, basis, sampleCount }: Estimate): ExpectedTime {
  const low = Math.max(0, Math.round(lowMs));
  return {
    min: durationOfMs(low),
    max: durationOfMs(Math.max(low, Math.round(highMs))),
    basis: basisMessage(basis),
    samples: sampleCount,
  };
}

/** The wire form. */
export function basisMessage(basis: Estimate['basis']): EstimateBasis {
  return basis === 'history' ? EstimateBasis.HISTORY : EstimateBasis.DEFAULT;
}
