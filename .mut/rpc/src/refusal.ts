import { deadlineExceeded, unavailable, type FramesongError } from '@framesong/errors';
import type { LiveCalls } from './live-calls.ts';
import type { MethodPolicy } from './method-policy.ts';
import type { ServerCall } from './server-call.ts';

/** Why a call cannot be taken: the server drains, the time is up, or what is left is less than such calls take. */
export function refusalOf(live: LiveCalls, policy: MethodPolicy, call: ServerCall): FramesongError | undefined {
  if (live.isDraining && !policy.silent) return drainingError();
  const leftMs = call.deadlineEpochMs - Date.now();
  if (leftMs <= 0) return deadlineExceeded('the deadline had already passed when the call arrived; nothing was done');
  const medianMs = policy.refuseBelowMedian ? live.historyOf(call.path).medianMs() : undefined;
  if (medianMs !== undefined && leftMs < medianMs * 0.5) {
    return deadlineExceeded(
      `${call.path.slice(1)}: ${Math.round(leftMs)} ms left, such calls take ${Math.round(medianMs)} ms; nothing was done`,
      { left_ms: String(Math.round(leftMs)), median_ms: String(Math.round(medianMs)) },
    );
  }
  return undefined;
}

/** The refusal of every new call while the server drains, and the end of those that outlast the grace. */
export function drainingError(): FramesongError {
  return unavailable('the service is shutting down; repeat the call', 'DRAINING', 500);
}
