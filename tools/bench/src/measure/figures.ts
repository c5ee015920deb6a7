import type { Figure } from '../bench.ts';
import { pairedRatios, summarize } from './statistics.ts';
import type { Tally } from './tally.ts';

/** The median of several runs. */
export function measured(figure: string, unit: string, values: readonly number[], against = ''): Figure {
  const { median, ...spread } = summarize(values);
  return { figure, value: median, unit, against, spread };
}

/** Ours divided by theirs: the median over pairs of runs. */
export function ratio(figure: string, ours: readonly number[], theirs: readonly number[], against: string): Figure {
  return measured(figure, 'ratio', pairedRatios(ours, theirs), against);
}

/** How many tries failed, and of how many. */
export function failures(what: string, { tried, failed }: Pick<Tally, 'tried' | 'failed'>): Figure[] {
  return [
    { figure: `${what}_failed`, value: failed, unit: 'count', against: `${tried} tried` },
    { figure: `${what}_tried`, value: tried, unit: 'count', against: '' },
  ];
}
