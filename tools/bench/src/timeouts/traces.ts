import { logNormal, seededRandom } from './seeded-random.ts';

/** Calls in their order: how long each takes by itself, in seconds; Infinity for one that hangs. */
export type Trace = readonly number[];

/** A way in which durations come about. */
export interface Scenario {
  readonly name: string;
  readonly trace: (seed: number) => Trace;
}

const CALLS = 1500;
/** Share of calls that never end. */
const HANGS = 0.004;

/**
 * Latencies as they are seen of providers and engines, as multiples of a usual one: steady, with a slow path, growing slowly,
 * with steps of load, and slow altogether, so that a fixed timeout made for others cuts them.
 * @param usualSeconds median of the steady one
 */
export function syntheticScenarios(usualSeconds: number): Scenario[] {
  const scenario = (name: string, seconds: (random: () => number, part: number) => number): Scenario => ({
    name,
    trace: (seed) => {
      const random = seededRandom(seed);
      return Array.from({ length: CALLS }, (_, index) => withHang(random, seconds(random, index / CALLS)));
    },
  });
  const usual = usualSeconds;
  return [
    scenario('lognormal', (random) => logNormal(random, usual, 0.5)),
    scenario('bimodal', (random) => logNormal(random, random() < 0.85 ? usual * 0.6 : usual * 3, 0.3)),
    scenario('drifting', (random, part) => logNormal(random, usual * 5 ** part, 0.4)),
    scenario('load_steps', (random, part) => logNormal(random, isLoaded(part) ? usual * 4.5 : usual, 0.35)),
    scenario('slow_model', (random) => logNormal(random, usual * 4, 0.35)),
  ];
}

/** Durations that were really measured, drawn again and again, with calls that hang among them. */
export function recordedScenario(name: string, seconds: readonly number[]): Scenario {
  return {
    name,
    trace: (seed) => {
      const random = seededRandom(seed);
      return Array.from({ length: CALLS }, () =>
        withHang(random, seconds[Math.floor(random() * seconds.length)] ?? Infinity),
      );
    },
  };
}

function withHang(random: () => number, seconds: number): number {
  return random() < HANGS ? Infinity : seconds;
}

/** Two hours of load in a day, twice. */
function isLoaded(part: number): boolean {
  const hour = (part * 48) % 24;
  return hour >= 9 && hour < 13;
}
