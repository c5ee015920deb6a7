import { pixelsOf, scaleBitmap, type Bitmap } from './bitmap.ts';
import { chooseAlphaQuality } from './alpha-quality.ts';
import { AVIF, JPEG, JPEG_FULL_CHROMA, JPEG_TRELLIS, WEBP, type Codec } from './codecs.ts';
import type { Picture } from './decode-picture.ts';
import { isGraphics } from './is-graphics.ts';
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
  readonly quality: number;
  readonly alpha: AlphaPlan;
}

/** How the alpha plane is coded beside the colours; `sizeBytes` is 0 without one. */
export interface AlphaPlan {
  readonly quality: number;
  readonly sizeBytes: number;
}

/** Above this many pixels trellis quantisation takes too long for what it gains. */
const TRELLIS_MAX_PIXELS = 4_300_000;
const TRELLIS_BELOW_QUALITY = 60;
const WEBP_BELOW_QUALITY = 62;
/** 4:4:4 gains only when it still reaches this quality. */
const FULL_CHROMA_FROM_QUALITY = 93;
/** Scales between this and 1 lose to both: full size is sharper, half size cleaner. */
const LARGEST_USEFUL_SCALE = 0.5;
/** ln(size) over ln(scale): below 2, since small pictures are busier per pixel. */
const SIZE_OVER_SCALE = 1.7;

/** The lossy codec that a picture starts with, or undefined when only PNG may carry it. */
export function firstCodec(picture: Picture, request: CompressRequest): Codec | undefined {
  const accepted = request.acceptedFormats;
  if (accepted[0] === 'avif') return AVIF;
  if (accepted.includes('jpeg') && picture.alpha === undefined) return JPEG;
  if (accepted.includes('webp')) return WEBP;
  return accepted.includes('avif') ? AVIF : undefined;
}

/**
 * The policy: format, chroma and scale for the budget. Full size while the quality stays above the codec's threshold,
 * else at most half size; WebP or trellis JPEG at low rates; full chroma where bytes are left over.
 */
export async function chooseLossyPlan(picture: Picture, start: Codec, request: CompressRequest): Promise<LossyPlan> {
  const { bitmap } = picture;
  const budgetBytes = request.fileBudgetBytes;
  const graphics = isGraphics(bitmap);
  const alpha = await chooseAlphaQuality(picture, start, request);
  const model = (codec: Codec, of: Bitmap, nearQuality?: number) =>
    fitSizeModel(of, {
      codec: raiseFloor(codec, request.minQuality),
      budgetBytes,
      alphaSizeBytes: (alpha.sizeBytes * pixelsOf(of)) / pixelsOf(bitmap),
      signal: request.signal,
      ...(nearQuality !== undefined && { nearQuality }),
    });
  const planOf = (fitted: SizeModel): LossyPlan => ({
    codec: fitted.codec,
    bitmap,
    scale: 1,
    model: fitted,
    quality: fitted.solve(budgetBytes),
    alpha,
  });

  let plan = planOf(await model(start, bitmap));
  if (start === JPEG) plan = await chooseAmongJpegAndWebp(plan);
  const threshold = graphics ? plan.codec.scaleGraphicsBelowQuality : plan.codec.scaleBelowQuality;
  if (plan.quality >= threshold || request.minScale === 1) return plan;
  return scaleDown(plan, threshold);

  async function chooseAmongJpegAndWebp(jpeg: LossyPlan): Promise<LossyPlan> {
    const capped =
      jpeg.quality >= jpeg.codec.maxQuality && jpeg.model.predict(jpeg.quality) < Math.log(budgetBytes * 0.8);
    if (capped && bitmap.channels === 3) {
      const full = planOf(await model(JPEG_FULL_CHROMA, bitmap, FULL_CHROMA_FROM_QUALITY));
      if (full.quality >= FULL_CHROMA_FROM_QUALITY) return full;
    }
    if (jpeg.quality < WEBP_BELOW_QUALITY && request.acceptedFormats.includes('webp')) {
      const webp = planOf(await model(WEBP, bitmap));
      if (webp.quality >= jpeg.quality) return webp;
    }
    if (jpeg.quality < TRELLIS_BELOW_QUALITY && pixelsOf(bitmap) <= TRELLIS_MAX_PIXELS)
      return planOf(await model(JPEG_TRELLIS, bitmap, jpeg.quality > 40 ? Math.min(75, jpeg.quality + 7) : undefined));
    return jpeg;
  }

  async function scaleDown(full: LossyPlan, lowest: number): Promise<LossyPlan> {
    const { codec } = full;
    await full.model.probe(codec.comfortableQuality);
    const largest = Math.max(request.minScale, LARGEST_USEFUL_SCALE);
    const reach = (lnSize: number) => Math.exp((Math.log(budgetBytes * 0.96) - lnSize) / SIZE_OVER_SCALE);
    let scale = clampScale(reach(full.model.predict(codec.comfortableQuality)));
    let scaled = full;
    for (let round = 0; round < 2; round += 1) {
      const smaller = await scaleBitmap(bitmap, scale);
      const fitted = await model(codec, smaller, codec.comfortableQuality);
      scaled = { ...full, bitmap: smaller, scale, model: fitted, quality: fitted.solve(budgetBytes) };
      const tooCoarse = scaled.quality < lowest && scale > request.minScale;
      const tooSmall = scaled.quality > codec.comfortableQuality + 18 && scale < largest;
      if (!tooCoarse && !tooSmall) break;
      scale = clampScale(scale * reach(fitted.predict(codec.comfortableQuality)));
    }
    return scaled;

    function clampScale(wanted: number): number {
      return Math.min(largest, Math.max(request.minScale, wanted));
    }
  }
}
