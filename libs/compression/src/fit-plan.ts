import type { Bitmap } from './bitmap.ts';
import { chooseAlphaQuality } from './alpha-quality.ts';
import type { Codec } from './codecs.ts';
import type { CompressRequest } from './options.ts';
import { raiseFloor } from './raise-floor.ts';
import { fitSizeModel, type SizeModel } from './size-model.ts';

/** What to encode, how, and what is known about its size. */
export interface LossyPlan {
  readonly codec: Codec;
  readonly bitmap: Bitmap;
  /** Linear scale of `bitmap` against the decoded picture. */
  readonly scale: number;
  readonly model: SizeModel;
  /** Below the codec's lowest when no quality is expected to fit. */
  readonly quality: number;
  readonly alphaQuality: number;
}

/** Measures samples of `bitmap` and solves for the quality that fills the budget. */
export async function fitPlan(
  codec: Codec,
  bitmap: Bitmap,
  scale: number,
  request: CompressRequest,
  nearQuality?: number,
): Promise<LossyPlan> {
  const budgetBytes = request.fileBudgetBytes;
  const floored = raiseFloor(codec, request.minQuality);
  const alphaQuality = await chooseAlphaQuality(bitmap, codec, budgetBytes);
  const model = await fitSizeModel(bitmap, {
    codec: floored,
    budgetBytes,
    alphaQuality,
    nearQuality,
    signal: request.signal,
  });
  return { codec: floored, bitmap, scale, model, quality: model.solve(budgetBytes), alphaQuality };
}
