import { timesMoney, type ExpectedCost, type Money } from '@framesong/jobs';
import type { FirstFrameInput } from './first-frame-input.ts';
import { EMBEDDED, type ImageModelFacts } from './image-models.ts';

/**
 * What a job is expected to cost: each picture that it orders is paid for by itself.
 * @returns undefined for one that orders nothing, and whose caller sets no limit
 */
export function expectedCostOf(
  model: Pick<ImageModelFacts, 'provider' | 'model' | 'price'>,
  input: Pick<FirstFrameInput, 'candidates' | 'confirms' | 'fallbacks'>,
  maxCost?: Money,
): ExpectedCost | undefined {
  const { provider, model: name, price } = model;
  const isFree = provider === EMBEDDED || input.confirms?.use === 'result';
  if (isFree && !maxCost) return undefined;
  const free = maxCost && { currency: maxCost.currency, amount: '0' };
  const estimate = isFree ? free : price && timesMoney(price, input.candidates ?? 1);
  return {
    provider,
    model: name,
    ...(estimate && { estimate }),
    ...(maxCost && { maxCost: { currency: maxCost.currency, amount: maxCost.amount } }),
    ...(input.fallbacks && { isAvoidable: true }),
  };
}
