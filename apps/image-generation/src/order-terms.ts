import { timesMoney, type Money, type OrderTerms } from '@framesong/jobs';
import type { ImageModel, ImageProvider, ImageResult, PriceHint } from '@framesong/providers';

/** What an order of one picture is expected to cost, and what it has cost once it is there. @param key names the order within the job */
export function orderTerms(
  { name, models }: Pick<ImageProvider, 'name'> & { readonly models: readonly ImageModel[] },
  model: string,
  key: string,
): OrderTerms<{ readonly made: Pick<ImageResult, 'billedImages'> }> {
  const price = priceOf(models.find((facts) => facts.name === model)?.priceHint);
  return {
    key,
    provider: name,
    model,
    ...(price && { estimate: price, actualOf: ({ made }) => timesMoney(price, made.billedImages) }),
  };
}

/** A price hint as money. */
export function priceOf(hint: PriceHint | undefined): Money | undefined {
  return hint && { currency: hint.currency, amount: hint.perImage };
}
