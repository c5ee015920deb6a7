import { setTimeout as sleep } from 'node:timers/promises';
import { errorOfSignal, toFramesongError, type FramesongError } from '@framesong/errors';

/** Who waits for an engine that has no room. */
export interface RoomWanted {
  readonly signal: AbortSignal;
  /** What is left of the run of the job. */
  readonly remainingMs: () => number;
  /** Told once, when the waiting begins. */
  readonly onFull: (error: FramesongError) => void;
}

/** Where an engine does not say when to come again; twice as long each time. */
const [FIRST_DELAY_MS, LONGEST_DELAY_MS] = [250, 15_000];
/** An engine that says `at once` is full all the same. */
const LEAST_DELAY_MS = 100;

/**
 * Asks an engine until it has room. One that is full works, for as long as songs take, so it is waited for as long as the job
 * may run; whatever else goes wrong is for the caller.
 * @throws FramesongError what `ask` throws; the last RESOURCE_EXHAUSTED when the job may not run until the next try; what the
 * signal stands for
 */
export async function whenThereIsRoom<T>(
  { signal, remainingMs, onFull }: RoomWanted,
  ask: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (thrown) {
      const error = toFramesongError(thrown);
      if (signal.aborted || !isFull(error)) throw thrown;
      const delayMs = delayAfter(error, tries);
      if (delayMs >= remainingMs()) throw thrown;
      if (tries === 1) onFull(error);
      await sleep(delayMs, undefined, { signal }).catch(() => {
        throw errorOfSignal(signal);
      });
    }
  }
}

/** Too much is at work there, or its memory is taken. What may have been paid for is never asked for again. */
function isFull({ code, metadata, outcome }: FramesongError): boolean {
  const isOpen = outcome === 'sent_unknown' || outcome === 'billed';
  return code === 'RESOURCE_EXHAUSTED' && metadata['engine'] !== undefined && !isOpen;
}

/** Never earlier than the engine says, and up to half as long again, so that those who wait do not come at once. */
function delayAfter({ retryAfterMs }: FramesongError, tries: number): number {
  const leastMs = retryAfterMs ?? Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1));
  return Math.max(LEAST_DELAY_MS, leastMs) * (1 + Math.random() / 2);
}
