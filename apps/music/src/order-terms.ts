import { timesMoney, type ExpectedCost, type Money, type OrderTerms } from '@framesong/jobs';
import type { MusicCapabilities } from '@framesong/providers/music';

/** What is known of an engine's price. */
type PricedEngine = Pick<MusicCapabilities, 'isPaid' | 'paidModel'>;

/** What one render is expected to cost of an engine that charges for it. @param key names the render within the job */
export function orderTermsOf<T>(engine: string, { paidModel }: PricedEngine, key: string): OrderTerms<T> {
  const estimate = paidModel?.price;
  return { key, provider: engine, model: paidModel?.name ?? '', ...(estimate && { estimate }) };
}

/** What a song of so many renders is expected to cost; undefined where renders cost nothing, and the caller sets no limit. */
export function expectedCostOf(
  engine: string,
  { isPaid, paidModel }: PricedEngine,
  renders: number,
  maxCost?: Money,
): ExpectedCost | undefined {
  if (!isPaid && !maxCost) return undefined;
  const free = maxCost && { currency: maxCost.currency, amount: '0' };
  const price = paidModel?.price;
  const estimate = isPaid ? price && timesMoney(price, renders) : free;
  return {
    provider: engine,
    model: paidModel?.name ?? '',
    ...(estimate && { estimate }),
    ...(maxCost && { maxCost: { currency: maxCost.currency, amount: maxCost.amount } }),
  };
}
