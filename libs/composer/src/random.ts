/** A 32-bit hash of a text (FNV-1a with a final avalanche step): turns names into seeds. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** A seeded source of random numbers. The same seed gives the same sequence on every machine. */
export interface Random {
  /** In [0, 1). */
  unit(): number;
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  pick<T>(choices: readonly T[]): T;
  chance(probability: number): boolean;
  /** About normally distributed, mean 0, standard deviation 1, never beyond 3.5. */
  normal(): number;
}

/**
 * A generator whose whole sequence follows from `seed` and `purpose`. Every decision takes a purpose of its own, so that
 * one more draw in one place does not shift the draws of all others. Source: the mulberry32 generator.
 */
export function createRandom(seed: number, purpose: string): Random {
  let state = (seed ^ hashText(purpose) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1)) >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    unit,
    integer: (low, high) => low + Math.floor(unit() * (high - low + 1)),
    pick: (choices) => choices[Math.floor(unit() * choices.length)]!,
    chance: (probability) => unit() < probability,
    // The sum of four uniform numbers has a variance of 1/3.
    normal: () => (unit() + unit() + unit() + unit() - 2) * Math.sqrt(3),
  };
}
