import type { Figure } from '../bench.ts';
import { simulate, type Policy, type Simulated } from './simulate.ts';
import type { Scenario } from './traces.ts';

/** Works that one fixed timeout is made for, and the limits between which timeouts from history are chosen instead. */
export interface Comparison {
  /** `image`, `song`: begins the names of its figures. */
  readonly name: string;
  readonly fixedSeconds: number;
  readonly floorSeconds: number;
  readonly ceilingSeconds: number;
  /** Each with a history of its own, as every model and size has. */
  readonly scenarios: readonly Scenario[];
}

/** What calls of all scenarios and seeds came to. */
interface Sums {
  /** Share of the calls that would have ended which the timeout cut off. */
  readonly falseTimeouts: number;
  /** Mean time until a call that hangs is given up, in seconds. */
  readonly detectSeconds: number;
}

/** Plays every scenario under both policies, and under one from history that may not exceed the fixed timeout. */
export function timeoutFigures(comparison: Comparison, seeds: readonly number[]): Figure[] {
  const { name, fixedSeconds, floorSeconds, ceilingSeconds, scenarios } = comparison;
  const play = (policy: Policy) =>
    new Map(scenarios.map((scenario) => [scenario, seeds.map((seed) => simulate(scenario.trace(seed), policy))]));
  const played = {
    history: play({ kind: 'history', floorSeconds, ceilingSeconds }),
    fixed: play({ kind: 'fixed', seconds: fixedSeconds }),
    capped: play({ kind: 'history', floorSeconds, ceilingSeconds: fixedSeconds }),
  };
  const pair = (label: string, scenario: Scenario): Figure[] => {
    const ours = sumUp(played.history.get(scenario)!);
    const theirs = sumUp(played.fixed.get(scenario)!);
    const against = `always ${fixedSeconds} s`;
    return [
      figure(`${label}_false_timeouts`, ours.falseTimeouts * 100, '%', `${against}: ${percent(theirs.falseTimeouts)}`),
      figure(`${label}_detect_hang_mean_s`, ours.detectSeconds, 's', against),
    ];
  };
  const ours = sumUp([...played.history.values()].flat());
  const theirs = sumUp([...played.fixed.values()].flat());
  const same = sumUp([...played.capped.values()].flat());
  const all = `${name}_fixed_${fixedSeconds}s`;
  return [
    figure(`${name}_false_timeouts`, ours.falseTimeouts * 100, '%', `ceiling ${ceilingSeconds} s`),
    figure(`${name}_detect_hang_mean_s`, ours.detectSeconds, 's', `ceiling ${ceilingSeconds} s`),
    figure(`${all}_false_timeouts`, theirs.falseTimeouts * 100, '%', ''),
    figure(`${all}_detect_hang_mean_s`, theirs.detectSeconds, 's', ''),
    figure(`${name}_false_timeouts_vs_fixed`, ours.falseTimeouts / theirs.falseTimeouts, 'ratio', all),
    figure(`${name}_detect_hang_vs_fixed`, ours.detectSeconds / theirs.detectSeconds, 'ratio', all),
    figure(
      `${name}_ceiling_${fixedSeconds}s_false_timeouts`,
      same.falseTimeouts * 100,
      '%',
      `${all}, the same ceiling`,
    ),
    figure(`${name}_ceiling_${fixedSeconds}s_detect_hang_mean_s`, same.detectSeconds, 's', `${all}, the same ceiling`),
    ...scenarios.flatMap((scenario) => pair(`${name}_${scenario.name}`, scenario)),
  ];
}

function sumUp(results: readonly Simulated[]): Sums {
  const sum = (of: (result: Simulated) => number) => results.reduce((total, result) => total + of(result), 0);
  const hangSeconds = results.flatMap((result) => result.hangSeconds);
  return {
    falseTimeouts: sum(({ falselyCut }) => falselyCut) / sum(({ sound }) => sound),
    detectSeconds: hangSeconds.reduce((total, seconds) => total + seconds, 0) / hangSeconds.length,
  };
}

function figure(name: string, value: number, unit: string, against: string): Figure {
  return { figure: name, value, unit, against };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
