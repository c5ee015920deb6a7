/** The middle value; the mean of the two middle ones when their number is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** Median and spread of several runs. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/** @throws RangeError for no values, and for one that is no number */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('there is no run to summarize');
  if (!values.every(Number.isFinite)) throw new RangeError(`not a number among ${values.join(', ')}`);
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), runs: values.length };
}

/**
 * Ours divided by theirs, pair by pair: what disturbs the machine hits both runs of a pair, so a ratio of pairs is steadier
 * than a ratio of medians.
 * @throws RangeError when the runs do not pair up
 */
export function pairedRatios(ours: readonly number[], theirs: readonly number[]): number[] {
  if (ours.length !== theirs.length) throw new RangeError(`${ours.length} runs do not pair with ${theirs.length}`);
  return ours.map((value, index) => value / theirs[index]!);
}
