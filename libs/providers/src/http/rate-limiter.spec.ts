import { createRateLimiter, type LimiterClock } from './rate-limiter.ts';

let nowMs: number;
let waits: number[];
const signal = new AbortController().signal;

const clock: LimiterClock = {
  nowMs: () => nowMs,
  pause: (waitMs) => {
    waits.push(waitMs);
    return Promise.resolve();
  },
};

beforeEach(() => {
  nowMs = 0;
  waits = [];
});

describe('a limit of images per minute', () => {
  it('gives room at an even rate', async () => {
    const limiter = createRateLimiter('p', { perMinute: 60 }, clock);
    for (let count = 0; count < 4; count += 1) await limiter.take(1, { signal, longestWaitMs: 60_000 });
    expect(waits).toEqual([1000, 2000, 3000]);
    nowMs = 10_000;
    await limiter.take(1, { signal, longestWaitMs: 0 });
    expect(waits).toHaveLength(3);
  });

  it('counts images and not calls', async () => {
    const limiter = createRateLimiter('p', { perMinute: 60 }, clock);
    await limiter.take(3, { signal, longestWaitMs: 60_000 });
    await limiter.take(1, { signal, longestWaitMs: 60_000 });
    expect(waits).toEqual([3000]);
  });

  it('allows a burst after a quiet time', async () => {
    const limiter = createRateLimiter('p', { perMinute: 60, burst: 3 }, clock);
    for (let count = 0; count < 4; count += 1) await limiter.take(1, { signal, longestWaitMs: 60_000 });
    expect(waits).toEqual([1000]);
  });

  it('refuses what would wait too long, says how long, and takes no room for it', async () => {
    const limiter = createRateLimiter('p', { perMinute: 1 }, clock);
    await limiter.take(1, { signal, longestWaitMs: 0 });
    for (let count = 0; count < 2; count += 1) {
      await expect(limiter.take(1, { signal, longestWaitMs: 59_999 })).rejects.toMatchObject({
        code: 'RESOURCE_EXHAUSTED',
        outcome: 'not_sent',
        retryAfterMs: 60_000,
      });
    }
  });

  it('holds off for as long as the provider asks', async () => {
    const limiter = createRateLimiter('p', { perMinute: 0 }, clock);
    limiter.holdOff(500);
    await limiter.take(1, { signal, longestWaitMs: 60_000 });
    nowMs = 500;
    await limiter.take(1, { signal, longestWaitMs: 60_000 });
    expect(waits).toEqual([500]);
  });

  it('gives the room back of one who left while waiting', async () => {
    const leaving = { ...clock, pause: () => Promise.reject(new Error('left')) };
    const limiter = createRateLimiter('p', { perMinute: 60 }, leaving);
    await limiter.take(1, { signal, longestWaitMs: 60_000 });
    await expect(limiter.take(1, { signal, longestWaitMs: 60_000 })).rejects.toThrow('left');
    nowMs = 1000;
    await limiter.take(1, { signal, longestWaitMs: 0 });
  });

  it('of nothing is no limit', async () => {
    const limiter = createRateLimiter('p', { perMinute: 0 }, clock);
    for (let count = 0; count < 100; count += 1) await limiter.take(1, { signal, longestWaitMs: 0 });
    expect(waits).toEqual([]);
  });
});
