import type { Codec } from './codecs.ts';

/** A result should fill the budget from this share to all of it. */
export const WINDOW_FLOOR = 0.9;
/** From this quality on nothing is seen of what more bytes would buy, and one step of quality is wider than the window. */
export const FINE_FROM_QUALITY = 95;
/** Where a point estimate aims: near the middle of the window. */
const AIM = 0.96;

/** A question to {@link solveQuality}. */
export interface QualityProblem {
  readonly codec: Pick<Codec, 'minQuality' | 'maxQuality'>;
  /** Predicted ln(size in bytes), rising with quality. */
  readonly predict: (quality: number) => number;
  /** Standard deviation of that prediction. */
  readonly deviation: number;
  readonly budgetBytes: number;
}

/**
 * The quality with the largest chance to land in [0.9, 1] of the budget; from 95 on, to be the last one that fits. When none has a chance, the largest that is
 * predicted to fit; one below the codec's lowest when not even that fits.
 */
export function solveQuality({ codec, predict, deviation, budgetBytes }: QualityProblem): number {
  const lnBudget = Math.log(budgetBytes);
  let best = codec.minQuality - 1;
  let bestChance = 1e-6;
  let largestFitting = best;
  for (let quality = codec.minQuality; quality <= codec.maxQuality; quality += 1) {
    const excess = predict(quality) - lnBudget;
    const step = quality >= FINE_FROM_QUALITY ? predict(quality + 1) - predict(quality) : 0;
    const floor = Math.min(Math.log(WINDOW_FLOOR), -step);
    const chance = normalCdf(-excess / deviation) - normalCdf((floor - excess) / deviation);
    if (chance > bestChance) {
      best = quality;
      bestChance = chance;
    }
    if (excess < -deviation) largestFitting = quality;
  }
  return best >= codec.minQuality ? best : largestFitting;
}

/** The whole quality whose predicted size is nearest to the aim, on a line through one known point. */
export function nearestQuality(
  codec: Codec,
  budgetBytes: number,
  knownQuality: number,
  knownLnSize: number,
  slope: number,
): number {
  const rate = codec.rateOf(knownQuality) + (Math.log(budgetBytes * AIM) - knownLnSize) / slope;
  let quality = codec.minQuality;
  while (quality < codec.maxQuality && codec.rateOf(quality + 0.5) <= rate) quality += 1;
  return quality;
}

/** Standard normal distribution function; Abramowitz and Stegun 7.1.26, error below 2e-7. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const half = (1 - poly * Math.exp((-z * z) / 2)) / 2;
  return z >= 0 ? 0.5 + half : 0.5 - half;
}
