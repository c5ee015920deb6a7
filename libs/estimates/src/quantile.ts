import type { DurationHistory } from './duration-history.ts';
import { durationMsOf } from './log-bins.ts';

/** A quantile of durations. */
export interface Quantile {
  readonly durationMs: number;
  /** False: too much was cut off before it ended, so the true one is longer than `durationMs`, the longest that is known. */
  readonly isReached: boolean;
}

/**
 * A quantile of how long the work takes, of what takes longer than `longerThanMs`. What was cut off counts as taking longer
 * than it was allowed to, so that timeouts do not make durations look short (Kaplan and Meier: "Nonparametric estimation from
 * incomplete observations", JASA 1958).
 * @param share 0 to 1: 0.9 is what nine of ten stay under
 * @returns undefined when nothing is known of durations over `longerThanMs`
 */
export function quantileOf(history: DurationHistory, share: number, longerThanMs = 0): Quantile | undefined {
  const bins = together(history).filter(({ durationMs }) => durationMs > longerThanMs);
  let atRisk = bins.reduce((sum, { ended, unended }) => sum + ended + unended, 0);
  let surviving = 1;
  for (const { durationMs, ended, unended } of bins) {
    if (ended > 0) surviving *= 1 - ended / atRisk;
    atRisk -= ended + unended;
    // What is left of a sum of fractions when all is taken away.
    if (surviving <= 1 - share + 1e-9) return { durationMs, isReached: true };
  }
  const longest = bins.at(-1);
  return longest && { durationMs: longest.durationMs, isReached: false };
}

function together({ ended, unended }: Pick<DurationHistory, 'ended' | 'unended'>) {
  const bins = new Map<number, { ended: number; unended: number }>();
  for (const [bin, weight] of ended) bins.set(bin, { ended: weight, unended: 0 });
  for (const [bin, weight] of unended) bins.set(bin, { ended: bins.get(bin)?.ended ?? 0, unended: weight });
  return [...bins]
    .sort(([left], [right]) => left - right)
    .map(([bin, weights]) => ({ durationMs: durationMsOf(bin), ...weights }));
}
