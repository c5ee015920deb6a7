import { setTimeout as sleep } from 'node:timers/promises';
import { errorOfSignal } from '@framesong/errors';

/** How repeats are spread. */
export interface Backoff {
  /** Upper end of the first wait; doubles with every further one. */
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Full jitter: any time between 0 and the doubled upper end. AWS Architecture Blog, "Exponential Backoff And Jitter". */
export function backoffMs({ firstMs, maxMs }: Backoff, attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(maxMs, firstMs * 2 ** (attempt - 1)));
}

/** Waits, or throws what the signal stands for. */
export async function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(waitMs, undefined, { signal });
  } catch {
    throw errorOfSignal(signal);
  }
}
