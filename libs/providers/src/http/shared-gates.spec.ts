import { FramesongError } from '@framesong/errors';
import { configureLog } from '@framesong/telemetry';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createRateLimiter, type LimiterClock } from './rate-limiter.ts';
import type { BreakerVerdict, SharedBreaker, SharedMeter } from './shared-gates.ts';

const signal = new AbortController().signal;
const away = () => Promise.reject(new Error('the database is away'));
const works = () => Promise.resolve('ok');
const fails = () => Promise.reject(new FramesongError('x', { code: 'UNAVAILABLE', reason: 'X', outcome: 'rejected' }));

let nowMs: number;
let answer: SharedBreaker['admit'];
let openForMs: number | undefined;
let ends: [object, BreakerVerdict][];

const shared: SharedBreaker = {
  admit: () => answer(),
  end(pass, verdict) {
    ends.push([pass, verdict]);
    return Promise.resolve(openForMs);
  },
};
const open = () => createCircuitBreaker('p m', { failures: 2, openMs: 100 }, () => nowMs, shared);

beforeAll(() => configureLog('silent'));
beforeEach(() => {
  nowMs = 1000;
  answer = () => Promise.resolve({});
  openForMs = undefined;
  ends = [];
});

describe('a breaker that all processes have in common', () => {
  it('decides for this one, and hears how every call ended', async () => {
    const breaker = open();
    expect(await breaker.run(works)).toBe('ok');
    openForMs = 500;
    await expect(breaker.run(fails)).rejects.toMatchObject({ reason: 'X' });
    expect(ends).toEqual([
      [{}, 'succeeded'],
      [{}, 'failed'],
    ]);
    expect(breaker.state).toBe('open');
    nowMs += 500;
    expect(breaker.state).toBe('half_open');
  });

  it('keeps this one from calling when others have failed, and says for how long', async () => {
    answer = () => Promise.resolve({ failures: 5, openForMs: 4000 });
    const call = jest.fn(works);
    await expect(open().run(call)).rejects.toMatchObject({
      reason: 'PROVIDER_BREAKER_OPEN',
      outcome: 'not_sent',
      retryAfterMs: 4000,
      metadata: { failures: '5' },
    });
    expect(call).not.toHaveBeenCalled();
    expect(ends).toEqual([]);
  });

  it('is told of its trial by name', async () => {
    answer = () => Promise.resolve({ trial: 'trial-1' });
    await open().run(works);
    expect(ends).toEqual([[{ trial: 'trial-1' }, 'succeeded']]);
  });

  it('is stood in for while it is away by what this process has seen, before and since', async () => {
    const breaker = open();
    await expect(breaker.run(fails)).rejects.toThrow();
    answer = away;
    await expect(breaker.run(fails)).rejects.toMatchObject({ reason: 'X' });
    await expect(breaker.run(works)).rejects.toMatchObject({ reason: 'PROVIDER_BREAKER_OPEN' });
    expect(breaker.state).toBe('open');
    nowMs += 100;
    expect(await breaker.run(works)).toBe('ok');
    expect(breaker.state).toBe('closed');
  });

  it('gets back the trial of an answer that came when nobody waited for it any more', async () => {
    jest.useFakeTimers();
    try {
      const late = Promise.withResolvers<{ trial: string }>();
      answer = () => late.promise;
      const running = open().run(works);
      await jest.advanceTimersByTimeAsync(2000);
      expect(await running).toBe('ok');
      expect(ends).toEqual([]);
      late.resolve({ trial: 'trial-2' });
      await jest.advanceTimersByTimeAsync(0);
      expect(ends).toEqual([[{ trial: 'trial-2' }, 'undecided']]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('closes this one too when it is closed again', async () => {
    const breaker = open();
    for (let count = 0; count < 2; count++) await expect(breaker.run(fails)).rejects.toThrow();
    await breaker.run(works);
    answer = away;
    expect(await breaker.run(works)).toBe('ok');
  });
});

describe('a rate that all processes keep to together', () => {
  let waits: number[];
  let told: { waitMs: number; isTaken: boolean };
  let given: number;
  const clock: LimiterClock = {
    nowMs: () => nowMs,
    pause: (waitMs) => {
      waits.push(waitMs);
      return Promise.resolve();
    },
  };
  const meter: SharedMeter = {
    take: () => Promise.resolve(told),
    giveBack() {
      given++;
      return Promise.resolve();
    },
    holdOff: () => Promise.resolve(),
  };

  beforeEach(() => {
    waits = [];
    given = 0;
    told = { waitMs: 0, isTaken: true };
  });

  it('decides how long this one waits', async () => {
    told = { waitMs: 700, isTaken: true };
    await createRateLimiter('p', { perMinute: 60 }, clock, meter).take(1, { signal, longestWaitMs: 1000 });
    expect(waits).toEqual([700]);
  });

  it('refuses what would wait too long', async () => {
    told = { waitMs: 7000, isTaken: false };
    const limiter = createRateLimiter('p', { perMinute: 60 }, clock, meter);
    await expect(limiter.take(1, { signal, longestWaitMs: 1000 })).rejects.toMatchObject({
      reason: 'PROVIDER_RATE_LIMIT',
      outcome: 'not_sent',
      retryAfterMs: 7000,
    });
  });

  it('gets the room back of one who left while waiting', async () => {
    told = { waitMs: 700, isTaken: true };
    const leaving = { ...clock, pause: () => Promise.reject(new Error('left')) };
    const limiter = createRateLimiter('p', { perMinute: 60 }, leaving, meter);
    await expect(limiter.take(1, { signal, longestWaitMs: 1000 })).rejects.toThrow('left');
    expect(given).toBe(1);
  });

  it('is stood in for while it is away by the rate of this process, which knows what it has taken', async () => {
    let isAway = false;
    const leaving: SharedMeter = { ...meter, take: () => (isAway ? away() : Promise.resolve(told)) };
    const limiter = createRateLimiter('p', { perMinute: 60 }, clock, leaving);
    await limiter.take(1, { signal, longestWaitMs: 60_000 });
    isAway = true;
    await limiter.take(1, { signal, longestWaitMs: 60_000 });
    expect(waits).toEqual([1000]);
  });
});
