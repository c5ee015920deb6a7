import type { Figure } from '../bench.ts';
import { comparisons } from './comparisons.ts';
import { simulate } from './simulate.ts';
import { timeoutFigures } from './timeout-figures.ts';
import { recordedScenario } from './traces.ts';

const SEEDS = [1];

describe.each(comparisons())('timeouts from history for $name', (comparison) => {
  let figures: readonly Figure[];
  beforeAll(() => {
    figures = timeoutFigures(comparison, SEEDS);
  });
  const value = (name: string) => figures.find(({ figure }) => figure === `${comparison.name}_${name}`)!.value;

  it('cut off fewer calls wrongly than a fixed timeout, and notice hangs sooner', () => {
    expect(value('false_timeouts_vs_fixed')).toBeLessThan(0.5);
    expect(value('detect_hang_vs_fixed')).toBeLessThan(0.95);
  });

  it('cut off few calls in every scenario', () => {
    for (const { name } of comparison.scenarios) expect(value(`${name}_false_timeouts`)).toBeLessThan(1);
  });

  it('notice hangs sooner under the same ceiling too, for hardly more calls that are cut off wrongly', () => {
    const fixed = `fixed_${comparison.fixedSeconds}s`;
    const ceiling = `ceiling_${comparison.fixedSeconds}s`;
    expect(value(`${ceiling}_detect_hang_mean_s`)).toBeLessThan(value(`${fixed}_detect_hang_mean_s`) * 0.8);
    expect(value(`${ceiling}_false_timeouts`)).toBeLessThan(value(`${fixed}_false_timeouts`) + 0.2);
  });
});

it('a simulation counts what a fixed timeout cuts and how long it waits for what hangs', () => {
  expect(simulate([1, 5, Infinity, 20, Infinity], { kind: 'fixed', seconds: 10 })).toEqual({
    sound: 3,
    falselyCut: 1,
    hangSeconds: [10, 10],
  });
});

it('a scenario of recorded durations draws from them and nothing else, besides hangs', () => {
  const trace = recordedScenario('recorded', [1.5, 2.5]).trace(3);
  expect(new Set(trace)).toEqual(new Set([1.5, 2.5, Infinity]));
  expect(recordedScenario('recorded', [1.5, 2.5]).trace(3)).toEqual(trace);
});
