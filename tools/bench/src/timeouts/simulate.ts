import { chooseTimeout, EMPTY_HISTORY, observe, type DurationHistory } from '@framesong/estimates';
import type { Trace } from './traces.ts';

/** How timeouts are chosen: always the same, or from the history between two limits. */
export type Policy =
  | { readonly kind: 'fixed'; readonly seconds: number }
  | { readonly kind: 'history'; readonly floorSeconds: number; readonly ceilingSeconds: number };

/** What became of the calls of a trace. */
export interface Simulated {
  /** Calls that would have ended by themselves. */
  readonly sound: number;
  /** Of those, calls that the timeout cut off. */
  readonly falselyCut: number;
  /** How long each call that hung was waited for, in seconds. */
  readonly hangSeconds: readonly number[];
}

/** Calls that are under way at once: their timeouts are chosen before any of them has told how long it took. */
const AT_ONCE = 4;
/** Between two calls, for the fading of the history with time. */
const CALL_EVERY_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 1);

/** Plays a trace under a policy; nothing waits, nothing is random. */
export function simulate(trace: Trace, policy: Policy): Simulated {
  let history: DurationHistory = EMPTY_HISTORY;
  const result = { sound: 0, falselyCut: 0, hangSeconds: [] as number[] };
  for (let first = 0; first < trace.length; first += AT_ONCE) {
    const together = trace.slice(first, first + AT_ONCE);
    const timeoutSeconds = timeoutOf(policy, history);
    for (const [index, seconds] of together.entries()) {
      const isCut = seconds > timeoutSeconds;
      if (seconds === Infinity) result.hangSeconds.push(timeoutSeconds);
      else {
        result.sound++;
        if (isCut) result.falselyCut++;
      }
      const isLongest = policy.kind === 'history' && timeoutSeconds >= policy.ceilingSeconds;
      const outcome = !isCut ? 'ended' : isLongest ? 'hung' : 'timed_out';
      const durationMs = Math.min(seconds, timeoutSeconds) * 1000;
      history = observe(history, { durationMs, outcome }, START_MS + (first + index) * CALL_EVERY_MS);
    }
  }
  return result;
}

function timeoutOf(policy: Policy, history: DurationHistory): number {
  if (policy.kind === 'fixed') return policy.seconds;
  const limits = { floorMs: policy.floorSeconds * 1000, ceilingMs: policy.ceilingSeconds * 1000 };
  return chooseTimeout({ history, ...limits }).timeoutMs / 1000;
}
