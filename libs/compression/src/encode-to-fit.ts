import { throwIfAborted } from '@framesong/errors';
import { scaleBitmap, type Bitmap } from './bitmap.ts';
import { fitPlan, type LossyPlan } from './fit-plan.ts';
import type { OutputFormat } from './formats.ts';
import type { CompressRequest } from './options.ts';
import { searchQuality } from './search-quality.ts';

/** An encode that is within the budget. */
export interface Encoded {
  readonly data: Buffer;
  readonly format: OutputFormat;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly quality: number | undefined;
  readonly chroma: '4:2:0' | '4:4:4' | undefined;
  /** Full encodes made, samples not counted. */
  readonly encodes: number;
  /** Trellis quantisation was used. */
  readonly trellis?: boolean;
  /** The next quality was encoded too, and was over the budget. */
  readonly finerIsOver?: boolean;
}

/** Nothing fitted; how many encodes that took. */
export interface NotEncoded {
  readonly data: undefined;
  readonly encodes: number;
}

const MAX_SHRINKS = 5;

/**
 * Encodes as planned, corrects the quality on a miss, and shrinks the picture while no quality fits. Nothing is returned
 * when it does not fit at the smallest scale allowed either.
 */
export async function encodeToFit(
  first: LossyPlan,
  request: CompressRequest,
  decoded: Bitmap,
): Promise<Encoded | NotEncoded> {
  let plan = first;
  let encodes = 0;
  for (let shrinks = 0; ; shrinks += 1) {
    throwIfAborted(request.signal);
    const search = await searchQuality(plan, request);
    encodes += search.encodes;
    if (search.found !== undefined) {
      const { width, height } = plan.bitmap;
      const { format, chroma, trellis } = plan.codec;
      return { ...search.found, format, chroma, trellis, width, height, scale: plan.scale, encodes };
    }
    if (plan.scale <= request.minScale || shrinks >= MAX_SHRINKS) return { data: undefined, encodes };
    const ratio = Math.sqrt(request.fileBudgetBytes / search.smallestSizeBytes) * 0.8;
    const scale = Math.max(request.minScale, plan.scale * Math.min(0.8, Math.max(0.3, ratio)));
    const smaller = await scaleBitmap(decoded, scale);
    plan = await fitPlan(first.codec, smaller, scale, request, first.codec.comfortableQuality);
  }
}
