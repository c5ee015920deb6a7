import { runCrashSuite, type SuiteReport } from './run-suite.ts';

/** Another one with every run, and said when something breaks; SEED repeats it. */
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

describe(`the jobs of two services and the paid work, disturbed by seed ${SEED}`, () => {
  let report: SuiteReport;

  beforeAll(async () => {
    report = await runCrashSuite({
      seed: SEED,
      crashes: 10,
      hitsPerStage: 0,
      limitMs: 14_000,
      postgres: 'embedded',
      beatIntervalMs: 400,
      deadAfterMs: 2000,
    });
  }, 240_000);

  it('are hit while they run', () => {
    expect(report.hits.length).toBeGreaterThanOrEqual(3);
    expect(report.accepted).toBeGreaterThan(report.hits.length);
  });

  it('lose nothing, count nothing twice, pay nothing twice and keep to their limits', () => {
    expect(report.violations).toEqual([]);
    expect(report.states.get('SUCCEEDED')).toBeGreaterThan(0);
  });
});
