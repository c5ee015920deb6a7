import { FramesongError } from '@framesong/errors';
import { pause } from './backoff.ts';

/** Keeps to the number of images per minute that a provider allows: the unit in which providers of pictures count. */
export interface RateLimiter {
  /**
   * Waits for room for so many images, first come first served.
   * @throws FramesongError RESOURCE_EXHAUSTED `PROVIDER_RATE_LIMIT`, not sent, when that would take longer than allowed.
   */
  take(images: number, options: { readonly signal: AbortSignal; readonly longestWaitMs: number }): Promise<void>;
  /** The provider said that it is full: nothing more for so long. */
  holdOff(delayMs: number): void;
}

/** Time as a limiter sees it; another one is for tests. */
export interface LimiterClock {
  nowMs(): number;
  pause(waitMs: number, signal: AbortSignal): Promise<void>;
}

const REAL_CLOCK: LimiterClock = { nowMs: () => performance.now(), pause };

/**
 * GCRA, the leaky bucket as a meter (ITU-T I.371): an even rate, with a burst of so many images when it was quiet before.
 * @param perMinute 0 for no limit.
 */
export function createRateLimiter(
  provider: string,
  { perMinute, burst = 1 }: { readonly perMinute: number; readonly burst?: number },
  clock: LimiterClock = REAL_CLOCK,
): RateLimiter {
  const everyMs = perMinute === 0 ? 0 : 60_000 / perMinute;
  /** When the bucket is empty, if nothing more comes. */
  let emptyAtMs = -Infinity;
  let heldUntilMs = -Infinity;

  return {
    async take(images, { signal, longestWaitMs }) {
      const nowMs = clock.nowMs();
      const arrivalMs = Math.max(nowMs, emptyAtMs);
      const roomAtMs = arrivalMs + everyMs * images - everyMs * Math.max(burst, images);
      const waitMs = Math.max(0, roomAtMs - nowMs, heldUntilMs - nowMs);
      if (waitMs > longestWaitMs) {
        throw new FramesongError(
          `${provider} takes ${perMinute} images per minute and the next place is free in ${Math.ceil(waitMs / 1000)} s: try later`,
          {
            code: 'RESOURCE_EXHAUSTED',
            reason: 'PROVIDER_RATE_LIMIT',
            outcome: 'not_sent',
            retryAfterMs: Math.ceil(waitMs),
            metadata: { provider, imagesPerMinute: String(perMinute) },
          },
        );
      }
      emptyAtMs = arrivalMs + everyMs * images;
      if (waitMs === 0) return;
      try {
        await clock.pause(waitMs, signal);
      } catch (left) {
        // Those who came later keep their times; whoever comes next gets the room.
        emptyAtMs -= everyMs * images;
        throw left;
      }
    },
    holdOff(delayMs) {
      heldUntilMs = Math.max(heldUntilMs, clock.nowMs() + delayMs);
    },
  };
}
