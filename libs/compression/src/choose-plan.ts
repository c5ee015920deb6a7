import { alphaErrorAt } from './alpha-quality.ts';
import { pixelsOf, scaleBitmap } from './bitmap.ts';
import { chromaDetail } from './chroma-detail.ts';
import { AVIF, JPEG, JPEG_FULL_CHROMA, JPEG_TRELLIS, WEBP, type Codec } from './codecs.ts';
import type { Picture } from './decode-picture.ts';
import { fitPlan, type LossyPlan } from './fit-plan.ts';
import { isGraphics } from './is-graphics.ts';
import type { CompressRequest } from './options.ts';
import { FINE_FROM_QUALITY } from './solve-quality.ts';

/** Above this many pixels trellis quantisation takes too long for what it gains. */
const TRELLIS_MAX_PIXELS = 4_300_000;
const TRELLIS_BELOW_QUALITY = 60;
const WEBP_BELOW_QUALITY = 62;
/** 4:4:4 gains only when it still reaches this quality, and where there is detail in the colours, see {@link chromaDetail}. */
const FULL_CHROMA_FROM_QUALITY = 93;
const COLOURFUL_DETAIL = 1.3;
/** Scales between this and 1 lose to both: full size is sharper, half size cleaner. */
const LARGEST_USEFUL_SCALE = 0.5;
/** Above the comfortable quality by this much, a scaled picture could have been larger. */
const TOO_GOOD = 18;
/**
 * At an alpha quality up to this, and with a mean error above this, transparency shows bands, which look worse than half the
 * size does: 19 against 59 by ssimulacra2, where an error of 0.4 cost nothing.
 */
const COARSE_ALPHA_QUALITY = 70;
const COARSE_ALPHA_ERROR = 1;
const SMALLEST_SCALE_FOR_ALPHA = 0.25;
/** ln(size) over ln(scale): below 2, since small pictures are busier per pixel. */
const SIZE_OVER_SCALE = 1.7;
const AIM = 0.96;

/** The lossy codec that a picture starts with, or undefined when only PNG may carry it. */
export function firstCodec(picture: Picture, request: CompressRequest): Codec | undefined {
  const accepted = request.acceptedFormats;
  if (accepted[0] === 'avif') return AVIF;
  if (accepted.includes('jpeg') && !picture.hasAlpha) return JPEG;
  if (accepted.includes('webp')) return WEBP;
  return accepted.includes('avif') ? AVIF : undefined;
}

/**
 * The policy: format, chroma and scale for the budget. Full size while the quality stays above the codec's threshold,
 * else at most half size; WebP or trellis JPEG at low rates; full chroma where bytes are left over.
 */
export async function choosePlan(picture: Picture, start: Codec, request: CompressRequest): Promise<LossyPlan> {
  let plan = await fitPlan(start, picture.bitmap, 1, request);
  if (start === JPEG) plan = await refineJpeg(plan, request);
  if (await hasCoarseAlpha(plan)) plan = await shrinkForAlpha(plan, request);
  if (plan.scale < 1) return plan;
  const { scaleBelowQuality, scaleGraphicsBelowQuality } = plan.codec;
  if (plan.quality >= scaleBelowQuality || request.minScale === 1) return plan;
  const threshold = isGraphics(picture.bitmap) ? scaleGraphicsBelowQuality : scaleBelowQuality;
  return plan.quality >= threshold ? plan : scaleDown(plan, threshold, request);
}

async function hasCoarseAlpha({ bitmap, alphaQuality }: LossyPlan): Promise<boolean> {
  return alphaQuality <= COARSE_ALPHA_QUALITY && (await alphaErrorAt(bitmap, alphaQuality)) > COARSE_ALPHA_ERROR;
}

/** The largest of a half and a quarter of the size at which transparency keeps its levels; else the whole size. */
async function shrinkForAlpha(full: LossyPlan, request: CompressRequest): Promise<LossyPlan> {
  const { codec, bitmap } = full;
  const smallest = Math.max(request.minScale, SMALLEST_SCALE_FOR_ALPHA);
  for (let scale = LARGEST_USEFUL_SCALE; scale >= smallest; scale /= 2) {
    const plan = await fitPlan(codec, await scaleBitmap(bitmap, scale), scale, request);
    if (plan.quality >= codec.scaleBelowQuality && !(await hasCoarseAlpha(plan))) return plan;
  }
  return full;
}

/** What is better than a plain JPEG at this rate, if anything. */
async function refineJpeg(jpeg: LossyPlan, request: CompressRequest): Promise<LossyPlan> {
  const { bitmap, model, quality } = jpeg;
  const left =
    quality >= FINE_FROM_QUALITY && model.predict(FINE_FROM_QUALITY) < Math.log(request.fileBudgetBytes * 0.8);
  if (left && chromaDetail(bitmap) >= COLOURFUL_DETAIL) {
    const full = await fitPlan(JPEG_FULL_CHROMA, bitmap, 1, request, FULL_CHROMA_FROM_QUALITY);
    if (full.quality >= FULL_CHROMA_FROM_QUALITY) return full;
  }
  if (quality < WEBP_BELOW_QUALITY && request.acceptedFormats.includes('webp')) {
    const webp = await fitPlan(WEBP, bitmap, 1, request);
    if (webp.quality >= quality) return webp;
  }
  if (quality < TRELLIS_BELOW_QUALITY && pixelsOf(bitmap) <= TRELLIS_MAX_PIXELS)
    return fitPlan(JPEG_TRELLIS, bitmap, 1, request, quality > 40 ? Math.min(75, quality + 7) : undefined);
  return jpeg;
}

/** The scale at which the budget buys a comfortable quality. */
async function scaleDown(full: LossyPlan, threshold: number, request: CompressRequest): Promise<LossyPlan> {
  const { codec, bitmap } = full;
  const comfortable = codec.comfortableQuality;
  const largest = Math.max(request.minScale, LARGEST_USEFUL_SCALE);
  const rescaled = (plan: LossyPlan) => {
    const lnMissing = Math.log(request.fileBudgetBytes * AIM) - plan.model.predict(comfortable);
    return Math.min(largest, Math.max(request.minScale, plan.scale * Math.exp(lnMissing / SIZE_OVER_SCALE)));
  };
  await full.model.probe(comfortable);
  let plan = full;
  for (let round = 0; round < 2; round += 1) {
    const scale = rescaled(plan);
    plan = await fitPlan(codec, await scaleBitmap(bitmap, scale), scale, request, comfortable);
    const tooCoarse = plan.quality < threshold && scale > request.minScale;
    const tooSmall = plan.quality > comfortable + TOO_GOOD && scale < largest;
    if (!tooCoarse && !tooSmall) break;
  }
  return plan;
}
