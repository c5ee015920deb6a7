import type { ChosenTimeout } from '@framesong/estimates';
import { createSilenceWatch, type LongSilence } from './silence-watch.ts';

type Phase = 'first word' | 'next word';

const limitOf = (timeoutMs: number): ChosenTimeout => ({
  timeoutMs,
  basis: 'history',
  sampleCount: 40,
  quantileMs: timeoutMs / 2,
  why: 'p98 x 2',
});
const LIMITS = { 'first word': limitOf(300_000), 'next word': limitOf(60_000) };

describe('a watch over silence', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const watching = () => {
    const told: LongSilence<Phase>[] = [];
    const watch = createSilenceWatch<Phase>({ who: 'the teller', limits: LIMITS, onSilent: (silence) => told.push(silence) }); // prettier-ignore
    return { watch, told };
  };

  it('counts nothing before anything is owed', () => {
    const { watch, told } = watching();
    jest.advanceTimersByTime(3_600_000);
    expect(watch.signal.aborted).toBe(false);
    expect(told).toEqual([]);
  });

  it('tells of a silence at half of its limit, once, and ends it at the limit with the name of what was awaited', () => {
    const { watch, told } = watching();
    watch.heard('first word');
    jest.advanceTimersByTime(149_999);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(150_000);
    expect(told).toEqual([expect.objectContaining({ phase: 'first word', limitMs: 300_000 })]);
    expect(watch.signal.aborted).toBe(false);
    jest.advanceTimersByTime(2);
    expect(watch.signal.reason).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      reason: 'STALLED',
      message: 'nothing was heard of the teller for 300 s while its first word was awaited (p98 x 2)',
      metadata: { phase: 'first word', silence_ms: '300000' },
    });
    expect(watch.stalled()).toMatchObject({ phase: 'first word' });
  });

  it('begins anew with every word, for hours, and has the limit of what is awaited now', () => {
    const { watch, told } = watching();
    watch.heard('first word');
    for (let word = 0; word < 500; word++) {
      jest.advanceTimersByTime(29_000);
      watch.heard('next word');
    }
    expect(told).toEqual([]);
    expect(watch.signal.aborted).toBe(false);
    expect(watch.longestMs()).toEqual(
      new Map([
        ['first word', 29_000],
        ['next word', 29_000],
      ]),
    );
    jest.advanceTimersByTime(60_001);
    expect(watch.stalled()).toMatchObject({ phase: 'next word', limitMs: 60_000 });
  });

  it('tells of a second silence as of the first, when something was heard in between', () => {
    const { watch, told } = watching();
    watch.heard('next word');
    for (let silence = 0; silence < 2; silence++) {
      jest.advanceTimersByTime(45_000);
      watch.heard('next word');
    }
    expect(told.map(({ silentMs }) => Math.round(silentMs / 1000))).toEqual([30, 30]);
  });

  it('is over once it is stopped', () => {
    const { watch, told } = watching();
    watch.heard('next word');
    watch.stop();
    jest.advanceTimersByTime(3_600_000);
    expect([watch.signal.aborted, told]).toEqual([false, []]);
  });
});
