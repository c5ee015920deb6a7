import { throwIfAborted } from '@framesong/errors';
import { scaleBitmap, type Bitmap } from './bitmap.ts';
import type { LossyPlan } from './choose-plan.ts';
import type { OutputFormat } from './formats.ts';
import type { CompressRequest } from './options.ts';
import { fitSizeModel } from './size-model.ts';
import { solveQuality, WINDOW_FLOOR } from './solve-quality.ts';

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
}

const MAX_TRIES = 5;
const MAX_SHRINKS = 5;
/** Standard deviation of ln(size) once one real size at this picture is known. */
const CORRECTED_DEVIATION = 0.012;

interface Search {
  readonly found: { readonly data: Buffer; readonly quality: number } | undefined;
  readonly encodes: number;
  /** Size of the last encode. */
  readonly lastSizeBytes: number;
}

/**
 * Encodes as planned; on a miss the model is shifted by measured / predicted and asked again, at most five times and
 * always between the nearest misses on both sides; then the picture is shrunk. Undefined when nothing fits down to
 * the smallest scale allowed.
 */
export async function encodeToFit(
  plan: LossyPlan,
  request: CompressRequest,
  decoded: Bitmap,
): Promise<Encoded | { readonly encodes: number }> {
  let { bitmap, scale, model, quality } = plan;
  let encodes = 0;
  for (let shrinks = 0; ; shrinks += 1) {
    const search = await searchQuality({ ...plan, bitmap, scale, model, quality }, request);
    encodes += search.encodes;
    if (search.found !== undefined) {
      const { width, height } = bitmap;
      const { format, chroma } = plan.codec;
      return { ...search.found, format, chroma, width, height, scale, encodes };
    }
    if (scale <= request.minScale || shrinks >= MAX_SHRINKS) return { encodes };
    const ratio = Math.sqrt(request.fileBudgetBytes / search.lastSizeBytes) * 0.8;
    scale = Math.max(request.minScale, scale * Math.min(0.8, Math.max(0.3, ratio)));
    bitmap = await scaleBitmap(decoded, scale);
    model = await fitSizeModel(bitmap, {
      codec: plan.codec,
      budgetBytes: request.fileBudgetBytes,
      alphaSizeBytes: plan.alpha.sizeBytes * scale * scale,
      nearQuality: plan.codec.comfortableQuality,
      signal: request.signal,
    });
    quality = model.solve(request.fileBudgetBytes);
  }
}

async function searchQuality(plan: LossyPlan, request: CompressRequest): Promise<Search> {
  const { codec, bitmap, model, alpha } = plan;
  const budgetBytes = request.fileBudgetBytes;
  let tooSmall = codec.minQuality - 1;
  let tooLarge = codec.maxQuality + 1;
  let found: Search['found'];
  let quality = Math.max(plan.quality, codec.minQuality);
  for (let encodes = 1; ; encodes += 1) {
    throwIfAborted(request.signal);
    const data = await codec.encode(bitmap, quality, alpha.quality);
    const fill = data.length / budgetBytes;
    if (fill > 1) tooLarge = quality;
    else {
      tooSmall = quality;
      if (found === undefined || data.length > found.data.length) found = { data, quality };
    }
    const landed = fill <= 1 && (fill >= WINDOW_FLOOR || quality >= codec.maxQuality);
    if (landed || tooLarge - tooSmall <= 1 || encodes >= MAX_TRIES)
      return { found, encodes, lastSizeBytes: data.length };
    const bias = Math.log(data.length) - model.predict(quality);
    const next = solveQuality({
      codec,
      predict: (q) => model.predict(q) + bias,
      deviation: CORRECTED_DEVIATION,
      budgetBytes,
    });
    quality = Math.min(tooLarge - 1, Math.max(tooSmall + 1, next));
  }
}
