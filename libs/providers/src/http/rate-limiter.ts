import { FramesongError } from '@framesong/errors';
import { pause } from './backoff.ts';
import { askShared, type MeteredImages, type SharedMeter } from './shared-gates.ts';

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
 * GCRA, the leaky bucket as a meter (ITU-T I.371): an even rate, with a burst of so many images when it was quiet before. The
 * wait is known when the room is taken, so nobody asks again.
 * @param perMinute 0 for no limit.
 * @param shared the meter of all processes, which decides as long as it answers; without it each process has the rate to itself
 */
export function createRateLimiter(
  provider: string,
  { perMinute, burst = 1 }: { readonly perMinute: number; readonly burst?: number },
  clock: LimiterClock = REAL_CLOCK,
  shared?: SharedMeter,
): RateLimiter {
  const everyMs = perMinute === 0 ? 0 : 60_000 / perMinute;
  /** When the bucket is empty, if nothing more comes. */
  let emptyAtMs = -Infinity;
  let heldUntilMs = -Infinity;

  function waitFor({ images }: MeteredImages): number {
    const nowMs = clock.nowMs();
    const arrivalMs = Math.max(nowMs, emptyAtMs);
    const roomAtMs = arrivalMs + everyMs * images - everyMs * Math.max(burst, images);
    return Math.max(0, roomAtMs - nowMs, heldUntilMs - nowMs);
  }

  function takeHere({ images }: MeteredImages): void {
    emptyAtMs = Math.max(clock.nowMs(), emptyAtMs) + everyMs * images;
  }

  /** What is taken together is taken here as well, so that this process can stand alone at any time. */
  async function taken(
    wanted: MeteredImages,
    longestWaitMs: number,
  ): Promise<{ readonly waitMs: number; readonly isShared: boolean }> {
    const giveBack = ({ isTaken }: { readonly isTaken: boolean }) => (isTaken ? shared?.giveBack(wanted) : undefined);
    const take = shared && (() => shared.take(wanted, longestWaitMs));
    const answer = take && (await askShared(`rate of ${provider}`, take, giveBack));
    const waitMs = answer?.told.waitMs ?? waitFor(wanted);
    if (!(answer?.told.isTaken ?? waitMs <= longestWaitMs)) throw noRoom(provider, perMinute, waitMs);
    takeHere(wanted);
    return { waitMs, isShared: answer !== undefined };
  }

  return {
    async take(images, { signal, longestWaitMs }) {
      const wanted = { images, everyMs, burst };
      const { waitMs, isShared } = await taken(wanted, longestWaitMs);
      if (waitMs === 0) return;
      try {
        await clock.pause(waitMs, signal);
      } catch (left) {
        // Those who came later keep their times; whoever comes next gets the room.
        emptyAtMs -= everyMs * images;
        if (shared && isShared) await askShared(`rate of ${provider}`, () => shared.giveBack(wanted));
        throw left;
      }
    },
    holdOff(delayMs) {
      heldUntilMs = Math.max(heldUntilMs, clock.nowMs() + delayMs);
      if (shared) void askShared(`rate of ${provider}`, () => shared.holdOff(delayMs));
    },
  };
}

function noRoom(provider: string, perMinute: number, waitMs: number): FramesongError {
  const limit = perMinute === 0 ? 'is full' : `takes ${perMinute} images per minute`;
  return new FramesongError(
    `${provider} ${limit} and the next place is free in ${Math.ceil(waitMs / 1000)} s: try later`,
    {
      code: 'RESOURCE_EXHAUSTED',
      reason: 'PROVIDER_RATE_LIMIT',
      outcome: 'not_sent',
      retryAfterMs: Math.ceil(waitMs),
      metadata: { provider, imagesPerMinute: String(perMinute) },
    },
  );
}
