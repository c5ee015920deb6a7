import type { ReferenceEncoding } from '@framesong/providers';
import type { ImageModelFacts } from './image-models.ts';

/** How references are brought under their budgets: other limits, other pictures. */
export interface Preparation {
  /** Most that one may take, as it is sent. */
  readonly budgetBytes: number;
  /** Most that all of a request may take together, as they are sent. */
  readonly totalBytes: number;
  readonly maxSidePixels: number;
}

/** What the references of one frame have to keep to, so that each of the models that may be asked takes them. */
export interface PreparationTerms extends Preparation {
  /** Media types that every one of the models takes. */
  readonly mediaTypes: readonly string[];
  /** What the limits count. */
  readonly encoding: ReferenceEncoding;
}

/** What surrounds a picture inside JSON: quotation marks and `data:image/jpeg;base64,`. */
const AROUND_BASE64_BYTES = 32;
/** Least budget of a picture: CompressImageSet takes no smaller one. */
const LEAST_BYTES = 1024;

/** The terms for so many references and these models, of which the first is asked first. */
export function preparationTerms(
  { budgetBytes, totalBytes, maxSidePixels }: Preparation,
  models: readonly ImageModelFacts[],
  count: number,
): PreparationTerms {
  const [first, ...others] = models;
  const encoding = models.some(({ referenceEncoding }) => referenceEncoding === 'base64') ? 'base64' : 'binary';
  const around = encoding === 'base64' ? AROUND_BASE64_BYTES * count : 0;
  const mostOfModels = Math.min(...models.map(({ maxReferenceBytes }) => maxReferenceBytes));
  return {
    budgetBytes: Math.max(LEAST_BYTES, Math.min(budgetBytes, mostOfModels)),
    totalBytes: Math.max(LEAST_BYTES * count, totalBytes - around),
    maxSidePixels,
    mediaTypes: first!.referenceTypes.filter((type) => others.every((model) => model.referenceTypes.includes(type))),
    encoding,
  };
}
