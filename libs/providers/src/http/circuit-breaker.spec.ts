import { FramesongError, type ErrorCode } from '@framesong/errors';
import { createCircuitBreaker } from './circuit-breaker.ts';

let nowMs: number;
const fails =
  (code: ErrorCode, reason = 'X') =>
  () =>
    Promise.reject(new FramesongError('x', { code, reason }));
const works = () => Promise.resolve('ok');
const open = () => createCircuitBreaker('p m', { failures: 3, openMs: 100, maxOpenMs: 300 }, () => nowMs);

async function failTimes(breaker: ReturnType<typeof open>, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await expect(breaker.run(fails('UNAVAILABLE'))).rejects.toThrow();
}

beforeEach(() => {
  nowMs = 1000;
});

describe('a circuit breaker', () => {
  it('opens after so many failures in a row, refuses at once, and says when it tries again', async () => {
    const breaker = open();
    await failTimes(breaker, 2);
    expect(breaker.state).toBe('closed');
    await failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
    await expect(breaker.run(works)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'PROVIDER_BREAKER_OPEN',
      outcome: 'not_sent',
      retryAfterMs: 1000,
    });
  });

  it('counts from the beginning after a success', async () => {
    const breaker = open();
    await failTimes(breaker, 2);
    await breaker.run(works);
    await failTimes(breaker, 2);
    expect(breaker.state).toBe('closed');
  });

  it('lets one trial through when its time is up, and closes when that works', async () => {
    const breaker = open();
    await failTimes(breaker, 3);
    nowMs += 100;
    expect(breaker.state).toBe('half_open');
    const trial = Promise.withResolvers<string>();
    const trying = breaker.run(() => trial.promise);
    await expect(breaker.run(works)).rejects.toMatchObject({ reason: 'PROVIDER_BREAKER_OPEN' });
    trial.resolve('ok');
    expect(await trying).toBe('ok');
    expect(breaker.state).toBe('closed');
    expect(await breaker.run(works)).toBe('ok');
  });

  it('stays open twice as long after each trial that fails, up to a limit', async () => {
    const breaker = open();
    await failTimes(breaker, 3);
    for (const openMs of [100, 200, 300, 300]) {
      nowMs += openMs - 1;
      expect(breaker.state).toBe('open');
      nowMs += 1;
      await failTimes(breaker, 1);
    }
  });

  it('does not take a trial that nobody waited for as an answer', async () => {
    const breaker = open();
    await failTimes(breaker, 3);
    nowMs += 100;
    await expect(breaker.run(fails('CANCELLED'))).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(breaker.state).toBe('half_open');
    expect(await breaker.run(works)).toBe('ok');
  });

  it('is not moved by a call that began before it opened', async () => {
    const breaker = open();
    const slow = Promise.withResolvers<string>();
    const early = breaker.run(() => slow.promise);
    await failTimes(breaker, 3);
    slow.resolve('ok');
    await early;
    expect(breaker.state).toBe('open');
  });

  it('learns nothing from a call that was never sent', async () => {
    const breaker = open();
    await failTimes(breaker, 2);
    const full = new FramesongError('x', { code: 'RESOURCE_EXHAUSTED', reason: 'PROVIDER_BUSY', outcome: 'not_sent' });
    await expect(breaker.run(() => Promise.reject(full))).rejects.toBe(full);
    await failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
  });

  it.each([
    ['INVALID_ARGUMENT', 'PROVIDER_REFUSED_REQUEST', 'closed'],
    ['FAILED_PRECONDITION', 'PROVIDER_KEY_REFUSED', 'closed'],
    ['RESOURCE_EXHAUSTED', 'PROVIDER_RATE_LIMIT', 'closed'],
    ['CANCELLED', 'CANCELLED', 'closed'],
    ['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED', 'closed'],
    ['DEADLINE_EXCEEDED', 'PROVIDER_TIMEOUT', 'open'],
    ['UNAVAILABLE', 'PROVIDER_UNREACHABLE', 'open'],
  ] as const)('is %s %s three times: %s', async (code, reason, state) => {
    const breaker = open();
    for (let count = 0; count < 3; count += 1) await expect(breaker.run(fails(code, reason))).rejects.toThrow();
    expect(breaker.state).toBe(state);
  });
});
