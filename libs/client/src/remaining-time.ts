import { currentContext, type CallOptions } from '@framesong/rpc';

/** What is less than this is taken as passed: a server answers a little before the deadline. */
const PASSED_BELOW_MS = 25;

/** The time that is left for an operation that makes several calls. */
export interface RemainingTime {
  /** Milliseconds until the deadline; Infinity without one. */
  leftMs(): number;
  /** True when it is not worth to begin another call. */
  hasPassed(): boolean;
  /** The options for the next call: those of the operation, with the time that is left now. */
  options(): CallOptions;
}

/** Begins to count: `timeoutMs` of an operation holds for all its calls and tries together, from now on. */
export function remainingTime(options: CallOptions): RemainingTime {
  const { timeoutMs, ...others } = options;
  const endsAt = timeoutMs === undefined ? Infinity : performance.now() + timeoutMs;
  const leftMs = () => {
    const surrounding = currentContext()?.deadlineEpochMs ?? Infinity;
    return Math.min(endsAt - performance.now(), surrounding - Date.now());
  };
  return {
    leftMs,
    hasPassed: () => leftMs() < PASSED_BELOW_MS,
    options: () => (endsAt === Infinity ? others : { ...others, timeoutMs: Math.max(1, endsAt - performance.now()) }),
  };
}
