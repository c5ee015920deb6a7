import { toFramesongError, type FramesongError } from '@framesong/errors';
import { count, METRICS } from '@framesong/telemetry';
import { withOutcome } from './exchange.ts';
import { backoffMs, pause, type Backoff } from './backoff.ts';
import type { HttpCall } from './http-call.ts';

/** How often and how late a call is repeated. */
export interface RepeatRules extends Backoff {
  /** The first try included. */
  readonly attempts: number;
  /** A provider that asks for a longer wait gets no repeat: its error goes to the caller, with that time. */
  readonly longestWaitMs: number;
  /** Least wait after a 429 that names none; doubles with every further one. */
  readonly rateDelayMs: number;
  /** Between 0 and 1. For tests. */
  readonly random?: () => number;
}

/** Does `once`, and again where that surely buys nothing twice. What it finally throws is what the last try threw. */
export async function repeatWhereSafe<T>(
  rules: RepeatRules,
  { cost, attempts = rules.attempts }: Pick<HttpCall, 'cost' | 'attempts'>,
  signal: AbortSignal,
  once: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once();
    } catch (thrown) {
      const error = toFramesongError(thrown);
      const isSafe = cost === 'paid' ? isUnaccepted(error) : isPassing(error);
      const waitMs = waitOf(rules, error, attempt);
      if (!isSafe || attempt >= attempts || signal.aborted || waitMs > rules.longestWaitMs)
        throw withDelay(error, waitMs);
      count(METRICS.providerRetries, 1);
      await pause(waitMs, signal).catch((late: unknown) => {
        throw withOutcome(toFramesongError(late), error.outcome);
      });
    }
  }
}

/** A paid call that the provider has not seen, or has sent back and said to try again. */
function isUnaccepted(error: FramesongError): boolean {
  if (error.reason === 'PROVIDER_UNREACHABLE') return error.outcome === 'not_sent';
  return error.outcome === 'rejected' && error.metadata['mayRepeat'] === 'true';
}

/** A repeat would end in the same way. */
const LASTING: readonly string[] = ['PROVIDER_BUSY', 'PROVIDER_ANSWER_TOO_LARGE', 'PROVIDER_RESULT_INVALID'];

function isPassing(error: FramesongError): boolean {
  if (LASTING.includes(error.reason)) return false;
  return (
    error.code === 'UNAVAILABLE' || error.reason === 'PROVIDER_RATE_LIMIT' || error.metadata['stage'] === 'first byte'
  );
}

function waitOf(rules: RepeatRules, error: FramesongError, attempt: number): number {
  const jittered = backoffMs(rules, attempt, rules.random);
  const isFull = error.reason === 'PROVIDER_RATE_LIMIT';
  const told = isFull || error.metadata['mayRepeat'] === 'true' ? error.retryAfterMs : undefined;
  // What the provider asks for is the least; the jitter comes on top, or all who wait would come back at once.
  return (told ?? (isFull ? rules.rateDelayMs * 2 ** (attempt - 1) : 0)) + jittered;
}

/** A caller that is told to try later is told when. */
function withDelay(error: FramesongError, waitMs: number): FramesongError {
  const isTold = error.code !== 'RESOURCE_EXHAUSTED' || error.retryAfterMs !== undefined;
  return isTold ? error : error.with({ retryAfterMs: waitMs });
}
