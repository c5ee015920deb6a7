import type { DurationHistory } from './duration-history.ts';
import { quantileOf } from './quantile.ts';

/** Between which limits a timeout is chosen, and how. */
export interface TimeoutOptions {
  /** Undefined: none yet. */
  readonly history: DurationHistory | undefined;
  readonly floorMs: number;
  readonly ceilingMs: number;
  /** Default 0.98. */
  readonly quantile?: number;
  /** How many times the quantile. Default 2. */
  readonly margin?: number;
  /** With fewer durations that ended, {@link coldStartMs} is taken. Default 20. */
  readonly minSamples?: number;
  /** What is taken while too little is known; cut down to the ceiling. Default: the ceiling. */
  readonly coldStartMs?: number;
}

/** Which limit decided. */
export type TimeoutBasis = 'history' | 'cold_start' | 'floor' | 'ceiling';

/** A timeout and where it comes from. */
export interface ChosenTimeout {
  readonly timeoutMs: number;
  readonly basis: TimeoutBasis;
  /** Durations that the history knows, faded with time. */
  readonly sampleCount: number;
  /** Undefined at a cold start. */
  readonly quantileMs: number | undefined;
  /** One line for people. */
  readonly why: string;
}

/**
 * Chooses how long to wait before work counts as hung: a high quantile of its history times a margin, doubled for every
 * timeout in a row, between floor and ceiling; the ceiling, or what stands for it, while too little is known.
 */
export function chooseTimeout(options: TimeoutOptions): ChosenTimeout {
  const { history, ceilingMs, quantile = 0.98, margin = 2, minSamples = 20 } = options;
  const floorMs = Math.min(options.floorMs, ceilingMs);
  const sampleCount = Math.round(history?.samples ?? 0);
  const known = history && sampleCount >= minSamples ? quantileOf(history, quantile) : undefined;
  if (!history || !known) {
    const timeoutMs = Math.min(options.coldStartMs ?? ceilingMs, ceilingMs);
    const taken = timeoutMs === ceilingMs ? 'the ceiling' : 'what usually suffices';
    const why = `${sampleCount} of ${minSamples} durations that are needed are known, so ${taken}`;
    return { timeoutMs, basis: 'cold_start', sampleCount, quantileMs: undefined, why };
  }
  const quantileMs = known.durationMs;
  const wantedMs = quantileMs * margin * 2 ** history.timeoutsInARow;
  const basis = wantedMs < floorMs ? 'floor' : wantedMs > ceilingMs ? 'ceiling' : 'history';
  const percentile = `p${Number((quantile * 100).toFixed(1))}`;
  const doubled = history.timeoutsInARow > 0 ? `, doubled for ${history.timeoutsInARow} timeouts in a row` : '';
  const sum = `${percentile} ${known.isReached ? '' : 'over '}${seconds(quantileMs)} x ${margin} of ${sampleCount} durations${doubled}`;
  return {
    timeoutMs: Math.round(Math.min(Math.max(wantedMs, floorMs), ceilingMs)),
    basis,
    sampleCount,
    quantileMs: Math.round(quantileMs),
    why: basis === 'history' ? sum : `${sum} is ${basis === 'floor' ? 'under the floor' : 'over the ceiling'}`,
  };
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toPrecision(3))} s`;
}
