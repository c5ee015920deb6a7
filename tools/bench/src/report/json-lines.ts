import type { Figure } from '../bench.ts';

/** One line of JSON per figure. */
export function jsonLines(bench: string, figures: readonly Figure[]): string[] {
  return figures.map(({ figure, value, unit, against }) => JSON.stringify({ bench, figure, value, unit, against }));
}
