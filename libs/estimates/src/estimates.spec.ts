import { chooseTimeout } from './choose-timeout.ts';
import { EMPTY_HISTORY, historyAsOf, observe, type DurationHistory, type DurationOutcome } from './duration-history.ts';
import { expectedRemaining } from './expected-remaining.ts';
import { quantileOf } from './quantile.ts';
import { logNormal, seededRandom } from './seeded-random.fixture.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const LIMITS = { floorMs: 1000, ceilingMs: 180_000 };
const DEFAULTS = { lowMs: 300_000, highMs: 900_000 };

function historyOf(durationsMs: readonly number[], from = EMPTY_HISTORY, outcome: DurationOutcome = 'ended') {
  return durationsMs.reduce<DurationHistory>(
    (history, durationMs, index) => observe(history, { durationMs, outcome }, NOW_MS + index),
    from,
  );
}
const draw = (seed: number, count: number, medianMs = 5000, sigma = 0.4): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => logNormal(random, medianMs, sigma));
};
const p = (history: DurationHistory, share: number) => quantileOf(history, share)!.durationMs;

describe('a history of durations', () => {
  it.each(SEEDS)('tells quantiles of what it has seen, seed %i', (seed) => {
    const durations = draw(seed, 80);
    const history = historyOf(durations);
    const sorted = [...durations].sort((left, right) => left - right);
    for (const share of [0.1, 0.5, 0.9]) {
      // Newer ones count more, so the rank may be off by a few.
      expect(p(history, share)).toBeGreaterThan(sorted[Math.max(0, Math.floor(share * 80) - 9)]! * 0.97);
      expect(p(history, share)).toBeLessThan(sorted[Math.min(79, Math.floor(share * 80) + 9)]! * 1.03);
    }
  });

  it('is within two percent of every duration, from a millisecond to an hour', () => {
    for (let durationMs = 1; durationMs < 3_600_000; durationMs *= 1.37) {
      expect(Math.abs(p(historyOf([durationMs]), 0.5) / durationMs - 1)).toBeLessThan(0.0201);
    }
  });

  it.each(SEEDS)('never shrinks by timeouts: cutting at any point leaves no smaller quantile, seed %i', (seed) => {
    const durations = draw(seed, 200);
    const whole = historyOf(durations);
    for (const cutMs of [4000, 6000, 9000]) {
      const cut = durations.reduce<DurationHistory>(
        (history, durationMs, index) =>
          observe(
            history,
            durationMs > cutMs ? { durationMs: cutMs, outcome: 'timed_out' } : { durationMs, outcome: 'ended' },
            NOW_MS + index,
          ),
        EMPTY_HISTORY,
      );
      const known = quantileOf(cut, 0.98)!;
      const truth = p(whole, 0.98);
      expect(known.isReached ? known.durationMs : Infinity).toBeGreaterThanOrEqual(truth * 0.97);
      // Where nothing was cut, nothing changes.
      expect(p(cut, 0.2)).toBeCloseTo(p(whole, 0.2), 0);
    }
  });

  it('follows a drift and forgets an outlier', () => {
    const before = historyOf(draw(1, 300, 1000));
    expect(p(historyOf(draw(2, 300, 10_000), before), 0.5) / 10_000).toBeCloseTo(1, 0);
    const withOutlier = historyOf([10_000_000], before);
    expect(p(withOutlier, 0.98) / p(before, 0.98)).toBeLessThan(1.2);
    expect(p(withOutlier, 0.5) / p(before, 0.5)).toBeLessThan(1.1);
  });

  it('fades with time: after months without use it is not trusted', () => {
    const history = historyOf(draw(1, 100));
    expect(chooseTimeout({ history, ...LIMITS }).basis).toBe('history');
    const old = historyAsOf(history, NOW_MS + 60 * DAY_MS);
    expect(chooseTimeout({ history: old, ...LIMITS }).basis).toBe('cold_start');
    // The clock of another machine may be behind.
    expect(historyAsOf(history, NOW_MS - DAY_MS).samples).toBeCloseTo(history.samples);
  });

  it('stays small and survives JSON, whatever it is fed', () => {
    const random = seededRandom(7);
    const outcomes: DurationOutcome[] = ['ended', 'timed_out', 'hung', 'stopped'];
    let history = EMPTY_HISTORY;
    for (let index = 0; index < 5000; index++) {
      const outcome = outcomes[Math.floor(random() * 4)]!;
      history = observe(history, { durationMs: random() ** 8 * 1e9 - 1, outcome }, NOW_MS + index * 1000);
    }
    expect(JSON.stringify(history).length).toBeLessThan(32_000);
    expect(JSON.parse(JSON.stringify(history))).toEqual(history);
    expect(quantileOf(history, 0.5)!.durationMs).toBeGreaterThan(0);
  });
});

describe('a timeout from history', () => {
  it('is what usually suffices while too little is known, where that is told, and never more than the ceiling', () => {
    const cold = (coldStartMs: number) => chooseTimeout({ history: undefined, ...LIMITS, coldStartMs });
    expect(cold(30_000)).toMatchObject({ timeoutMs: 30_000, basis: 'cold_start', why: expect.stringMatching(/, so what usually suffices$/) as string }); // prettier-ignore
    expect(cold(300_000)).toMatchObject({
      timeoutMs: 180_000,
      why: expect.stringMatching(/, so the ceiling$/) as string,
    });
  });

  it('starts cold at the ceiling', () => {
    expect(chooseTimeout({ history: undefined, ...LIMITS })).toMatchObject({ timeoutMs: 180_000, basis: 'cold_start' });
    const nearly = chooseTimeout({ history: historyOf(draw(1, 19)), ...LIMITS });
    expect(nearly).toMatchObject({ timeoutMs: 180_000, basis: 'cold_start', sampleCount: 19, quantileMs: undefined });
    expect(nearly.why).toBe('19 of 20 durations that are needed are known, so the ceiling');
  });

  it.each(SEEDS)('lets all but a very few through that history would, seed %i', (seed) => {
    const { timeoutMs, basis } = chooseTimeout({ history: historyOf(draw(seed, 100)), ...LIMITS });
    expect(basis).toBe('history');
    expect(draw(seed + 100, 2000).filter((durationMs) => durationMs > timeoutMs)).toHaveLength(0);
    expect(timeoutMs).toBeLessThan(90_000);
  });

  it.each(SEEDS)('stays between floor and ceiling and says which of them decided, seed %i', (seed) => {
    const random = seededRandom(seed);
    const history = historyOf(draw(seed, 60, 10 ** (1 + 5 * random())));
    const chosen = chooseTimeout({ history, ...LIMITS });
    expect(chosen.timeoutMs).toBeGreaterThanOrEqual(LIMITS.floorMs);
    expect(chosen.timeoutMs).toBeLessThanOrEqual(LIMITS.ceilingMs);
    expect(chosen.basis === 'floor').toBe(chosen.timeoutMs === LIMITS.floorMs);
    expect(chosen.basis === 'ceiling').toBe(chosen.timeoutMs === LIMITS.ceilingMs);
  });

  it('doubles with every timeout in a row, and a usual duration ends that', () => {
    const history = historyOf(draw(1, 100));
    const usual = chooseTimeout({ history, ...LIMITS });
    const once = historyOf([usual.timeoutMs], history, 'timed_out');
    const after = chooseTimeout({ history: once, ...LIMITS });
    expect(after.timeoutMs / usual.timeoutMs).toBeGreaterThan(1.9);
    expect(after.why).toContain('doubled for 1 timeouts in a row');
    // A success that took longer than usual shows nothing yet.
    expect(historyOf([30_000], once).timeoutsInARow).toBe(1);
    expect(historyOf([4000], once).timeoutsInARow).toBe(0);
  });

  it('does not hang on a few that hang: what the ceiling cut says nothing of the rest', () => {
    const history = historyOf(draw(1, 100));
    const hung = historyOf([4000], historyOf([180_000, 180_000, 180_000], history, 'hung'));
    expect(chooseTimeout({ history: hung, ...LIMITS }).timeoutMs).toBeLessThan(
      chooseTimeout({ history, ...LIMITS }).timeoutMs * 1.2,
    );
  });

  it('grows when much is cut off, instead of shrinking with what is left', () => {
    const history = historyOf(draw(1, 100));
    const { timeoutMs } = chooseTimeout({ history, ...LIMITS });
    const cut = historyOf([4000], historyOf(Array<number>(8).fill(timeoutMs), history, 'timed_out'));
    const after = chooseTimeout({ history: cut, ...LIMITS });
    expect(after.timeoutMs).toBeGreaterThan(timeoutMs * 1.8);
    expect(after.why).toContain('over ');
  });
});

describe('the expected remaining time', () => {
  it('comes from the defaults while nothing is known', () => {
    expect(expectedRemaining({ history: undefined, elapsedMs: 60_000, defaults: DEFAULTS })).toEqual({
      lowMs: 240_000,
      highMs: 840_000,
      basis: 'default',
      sampleCount: 0,
      isOverdue: false,
    });
  });

  it.each(SEEDS)('is kept by about the share of works that it says, however far they are, seed %i', (seed) => {
    const history = historyOf(draw(seed, 300));
    for (const elapsedMs of [0, 3000, 6000]) {
      const remaining = expectedRemaining({ history, elapsedMs, defaults: DEFAULTS });
      expect(remaining).toMatchObject({ basis: 'history', sampleCount: 300, isOverdue: false });
      const others = draw(seed + 50, 4000).filter((durationMs) => durationMs > elapsedMs);
      const within = (limitMs: number) =>
        others.filter((durationMs) => durationMs - elapsedMs <= limitMs).length / others.length;
      expect(within(remaining.lowMs)).toBeGreaterThan(0.3);
      expect(within(remaining.lowMs)).toBeLessThan(0.7);
      expect(within(remaining.highMs)).toBeGreaterThan(0.75);
    }
  });

  it('says so when work has taken longer than all that is known', () => {
    const remaining = expectedRemaining({ history: historyOf(draw(1, 50)), elapsedMs: 100_000, defaults: DEFAULTS });
    expect(remaining).toMatchObject({ lowMs: 0, highMs: 100_000, isOverdue: true });
    expect(expectedRemaining({ history: undefined, elapsedMs: 1_000_000, defaults: DEFAULTS }).isOverdue).toBe(true);
  });
});
