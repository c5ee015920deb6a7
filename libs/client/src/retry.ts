import { setTimeout as delay } from 'node:timers/promises';
import { errorOfSignal, type FramesongError } from '@framesong/errors';
import type { RemainingTime } from './remaining-time.ts';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2_000;

/** True when the service was away for a moment: a repeat can succeed. */
export function isPassing(error: FramesongError): boolean {
  if (error.code === 'UNAVAILABLE') return true;
  // A stream that is reset with its connection shows as INTERNAL without details of ours.
  return error.code === 'INTERNAL' && error.reason === 'UNSPECIFIED';
}

/**
 * Waits before the next try: what the server advises, else full jitter that grows to 2 s.
 * @throws the error itself when the deadline would pass meanwhile; what the signal stands for when it fires
 */
export async function retryDelay(
  attempt: number,
  error: FramesongError,
  signal: AbortSignal | undefined,
  time?: RemainingTime,
): Promise<void> {
  const growing = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * Math.random();
  const waitMs = error.retryAfterMs ?? growing;
  if (time && time.leftMs() <= waitMs) throw error;
  try {
    await delay(waitMs, undefined, signal && { signal });
  } catch {
    throw errorOfSignal(signal!);
  }
}
