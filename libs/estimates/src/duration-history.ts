import { addTo, fade, type LogBins } from './log-bins.ts';
import { quantileOf } from './quantile.ts';

/**
 * How one piece of work ended, as far as its duration goes.
 * - `ended`: it ended by itself after this long.
 * - `timed_out`: a timeout below the ceiling cut it: it takes longer than this, and nobody knows how much.
 * - `hung`: the ceiling cut it: no timeout that may be chosen would have let it end.
 * - `stopped`: something else stopped it, for example a cancel: it takes longer than this.
 */
export type DurationOutcome = 'ended' | 'timed_out' | 'hung' | 'stopped';

/** One look at how long something took. */
export interface DurationObservation {
  readonly durationMs: number;
  readonly outcome: DurationOutcome;
}

/** What is remembered of the durations of one kind of work: plain JSON of a few kilobytes at most. */
export interface DurationHistory {
  readonly version: 1;
  /** Milliseconds since 1970 of the newest observation. */
  readonly updatedAtMs: number;
  /** Durations that ended by themselves; fades with time only. */
  readonly samples: number;
  /** Timeouts since the last usual duration. */
  readonly timeoutsInARow: number;
  /** Weights of what ended. */
  readonly ended: LogBins;
  /** Weights of what was cut off: longer than this. */
  readonly unended: LogBins;
}

/** Nothing seen yet. */
export const EMPTY_HISTORY: DurationHistory = {
  version: 1,
  updatedAtMs: 0,
  samples: 0,
  timeoutsInARow: 0,
  ended: [],
  unended: [],
};

/** Observations after which an older one counts half. */
const HALF_LIFE_SAMPLES = 100;
/** Time after which an observation counts half. */
const HALF_LIFE_MS = 7 * 86_400_000;
/** More doublings change nothing between any floor and ceiling. */
const MAX_TIMEOUTS_IN_A_ROW = 20;
/** A duration up to here is usual: it shows that timeouts are long enough. */
const USUAL_QUANTILE = 0.9;

/**
 * The history with one more observation. Older ones fade with every newer one and with time (forward decay: Cormode,
 * Shkapenyuk, Srivastava, Xu, ICDE 2009), so that drift is followed and one outlier is soon forgotten.
 * @param nowMs milliseconds since 1970; clocks that go back are taken as standing still
 */
export function observe(history: DurationHistory, observation: DurationObservation, nowMs: number): DurationHistory {
  const { durationMs, outcome } = observation;
  const faded = historyAsOf(history, nowMs);
  const factor = outcome === 'hung' ? 1 : 2 ** (-1 / HALF_LIFE_SAMPLES);
  const ended = fade(faded.ended, factor);
  const unended = fade(faded.unended, factor);
  const isLonger = outcome === 'timed_out' || outcome === 'stopped';
  return {
    ...faded,
    samples: faded.samples + (outcome === 'ended' ? 1 : 0),
    timeoutsInARow: timeoutsInARow(history, observation),
    ended: outcome === 'ended' ? addTo(ended, durationMs) : ended,
    unended: isLonger ? addTo(unended, durationMs) : unended,
  };
}

/** The history faded to a later time: what nobody has used for long is not trusted for ever. */
export function historyAsOf(history: DurationHistory, nowMs: number): DurationHistory {
  const ageMs = history.updatedAtMs === 0 ? 0 : Math.max(0, nowMs - history.updatedAtMs);
  const factor = 2 ** (-ageMs / HALF_LIFE_MS);
  return {
    ...history,
    updatedAtMs: Math.max(nowMs, history.updatedAtMs),
    samples: history.samples * factor,
    ended: fade(history.ended, factor),
    unended: fade(history.unended, factor),
  };
}

/**
 * As a timeout of TCP doubles until an answer comes that is no repeat (RFC 6298, 5.5 and 5.7). Here the answer has to be a
 * usual one too: a long one shows that the work has become slower than the history knows.
 */
function timeoutsInARow(history: DurationHistory, { durationMs, outcome }: DurationObservation): number {
  const before = history.timeoutsInARow;
  if (outcome === 'timed_out' || outcome === 'hung') return Math.min(before + 1, MAX_TIMEOUTS_IN_A_ROW);
  if (outcome === 'stopped' || before === 0) return before;
  const usual = quantileOf(history, USUAL_QUANTILE);
  return usual === undefined || durationMs <= usual.durationMs ? 0 : before;
}
