import type { DurationHistory } from './duration-history.ts';
import { quantileOf } from './quantile.ts';

/** From where an expectation comes. */
export type RemainingBasis = 'history' | 'default';

/** How much longer work is expected to take: half of it ends before `lowMs`, nine of ten before `highMs`. */
export interface RemainingTime {
  readonly lowMs: number;
  readonly highMs: number;
  readonly basis: RemainingBasis;
  /** Durations that the history knows, faded with time. */
  readonly sampleCount: number;
  /** It has taken longer than all that is known; the interval is then "up to as long again". */
  readonly isOverdue: boolean;
}

/** What is known when time left is asked for. */
export interface RemainingOptions {
  /** Undefined: none yet. */
  readonly history: DurationHistory | undefined;
  /** For how long it has worked. 0 for work that has not begun. */
  readonly elapsedMs: number;
  /** How long the whole takes while there is no history. */
  readonly defaults: { readonly lowMs: number; readonly highMs: number };
  /** With fewer durations that ended, the defaults are taken. Default 5. */
  readonly minSamples?: number;
}

const LOW_QUANTILE = 0.5;
const HIGH_QUANTILE = 0.9;

/** The interval p50 to p90 of the time left, of work that takes longer than the time it has taken already. */
export function expectedRemaining(options: RemainingOptions): RemainingTime {
  const { history, defaults, minSamples = 5 } = options;
  const elapsedMs = Math.max(0, options.elapsedMs);
  const sampleCount = Math.round(history?.samples ?? 0);
  const isKnown = history !== undefined && sampleCount >= minSamples;
  const basis: RemainingBasis = isKnown ? 'history' : 'default';
  const low = isKnown ? quantileOf(history, LOW_QUANTILE, elapsedMs)?.durationMs : defaults.lowMs;
  const high = isKnown ? quantileOf(history, HIGH_QUANTILE, elapsedMs)?.durationMs : defaults.highMs;
  if (low === undefined || high === undefined || high <= elapsedMs) {
    return { lowMs: 0, highMs: Math.round(elapsedMs), basis, sampleCount, isOverdue: true };
  }
  const lowMs = Math.round(Math.max(0, low - elapsedMs));
  return { lowMs, highMs: Math.max(lowMs, Math.round(high - elapsedMs)), basis, sampleCount, isOverdue: false };
}
