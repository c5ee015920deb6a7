import { throwIfAborted } from '@framesong/errors';
import type { LossyPlan } from './fit-plan.ts';
import type { CompressRequest } from './options.ts';
import { FINE_FROM_QUALITY, solveQuality, WINDOW_FLOOR } from './solve-quality.ts';

/** The outcome of {@link searchQuality}. */
export interface QualitySearch {
  /** The largest encode within the budget. */
  readonly found: { readonly data: Buffer; readonly quality: number; readonly finerIsOver: boolean } | undefined;
  readonly encodes: number;
  readonly smallestSizeBytes: number;
}

interface Measured {
  readonly quality: number;
  readonly lnSize: number;
}

const MAX_TRIES = 5;
/** Standard deviation of ln(size) near a size that was measured. */
const CORRECTED_DEVIATION = 0.012;

/**
 * Full encodes at one scale, mostly a single one. After a miss the prediction is bent through what was measured and
 * solved again, always between the nearest misses on both sides.
 */
export async function searchQuality(plan: LossyPlan, request: CompressRequest): Promise<QualitySearch> {
  const { codec, bitmap, model, alphaQuality } = plan;
  const budgetBytes = request.fileBudgetBytes;
  let below: Measured | undefined;
  let above: Measured | undefined;
  let best: { readonly data: Buffer; readonly quality: number } | undefined;
  let quality = Math.max(plan.quality, codec.minQuality);
  for (let encodes = 1; ; encodes += 1) {
    throwIfAborted(request.signal);
    const data = await codec.encode(bitmap, quality, alphaQuality);
    const measured = { quality, lnSize: Math.log(data.length) };
    if (data.length > budgetBytes) above = measured;
    else {
      below = measured;
      if (best === undefined || data.length > best.data.length) best = { data, quality };
    }
    const lowest = below === undefined ? codec.minQuality : below.quality + 1;
    const highest = above === undefined ? codec.maxQuality : above.quality - 1;
    const landed = data.length <= budgetBytes && data.length >= WINDOW_FLOOR * budgetBytes;
    const smallestSizeBytes = Math.exp(Math.min(measured.lnSize, above?.lnSize ?? Infinity));
    const predict = bend(plan, below, above);
    const isFine =
      best !== undefined && best.quality >= FINE_FROM_QUALITY && predict(best.quality + 1) > Math.log(budgetBytes);
    if (landed || isFine || lowest > highest || encodes >= MAX_TRIES) {
      const found = best && { ...best, finerIsOver: above?.quality === best.quality + 1 };
      return { found, encodes, smallestSizeBytes };
    }
    const next = solveQuality({ codec, predict, deviation: CORRECTED_DEVIATION, budgetBytes });
    quality = Math.min(highest, Math.max(lowest, next));
  }

  function bend({ model: curve }: LossyPlan, low: Measured | undefined, high: Measured | undefined) {
    const biasOf = (point: Measured) => point.lnSize - curve.predict(point.quality);
    return (at: number) => {
      const base = model.predict(at);
      if (low === undefined || high === undefined) return base + biasOf((low ?? high)!);
      const share =
        (codec.rateOf(at) - codec.rateOf(low.quality)) / (codec.rateOf(high.quality) - codec.rateOf(low.quality));
      return base + biasOf(low) + Math.min(1, Math.max(0, share)) * (biasOf(high) - biasOf(low));
    };
  }
}
