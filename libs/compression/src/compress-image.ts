import { FramesongError } from '@framesong/errors';
import { base64SizeOf, countedSize } from './budget.ts';
import { choosePlan, firstCodec } from './choose-plan.ts';
import { decodePicture, type Picture } from './decode-picture.ts';
import { encodeToFit, type Encoded, type NotEncoded } from './encode-to-fit.ts';
import { estimateSsim } from './estimate-ssim.ts';
import { budgetUnreachable, imageTooLarge } from './faults.ts';
import { MEDIA_TYPES, type OutputFormat, type SourceFormat } from './formats.ts';
import { inspectImage } from './inspect-image.ts';
import { isGraphics } from './is-graphics.ts';
import { resolveOptions, type CompressOptions, type CompressRequest } from './options.ts';
import { passThrough } from './pass-through.ts';
import { exactPngWithin, exactWebpWithin, pngToFit } from './png-to-fit.ts';
import { smallestResult } from './smallest-result.ts';
import { createStepClock, type StepTiming } from './step-clock.ts';

/** An image within the budget, and how it came about. */
export interface CompressResult {
  readonly data: Buffer;
  readonly sizeBytes: number;
  readonly base64SizeBytes: number;
  readonly format: OutputFormat;
  readonly mediaType: string;
  readonly width: number;
  readonly height: number;
  readonly sourceFormat: SourceFormat;
  /** Of the source as a viewer shows it, after the EXIF orientation. */
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  /** Encoder quality; undefined where every pixel is kept, and for a passthrough. */
  readonly quality: number | undefined;
  readonly chroma?: '4:2:0' | '4:4:4';
  /** JPEG's trellis quantisation was used: worth its CPU at low qualities only. */
  readonly trellis: boolean;
  /** Linear scale after `maxSidePixels` was applied: 1 when the budget alone cost no pixels. */
  readonly scale: number;
  /** Full encodes made; probes of samples are not counted. */
  readonly encodes: number;
  /** The next quality was encoded too, and was over the budget: nothing lies between. */
  readonly finerIsOver: boolean;
  /** The source's own picture data, not coded again. */
  readonly passthrough: boolean;
  readonly alphaFlattened: boolean;
  /**
   * Where `estimateQuality` asked for it: mean SSIM of the luma against the upright source at the longest side that was
   * asked for, 1 for equal. An estimate of what is seen, above 0.98 mostly not told apart.
   */
  readonly ssim?: number;
  /** Sentences for people: first frame only, transparency flattened, damaged data. */
  readonly warnings: readonly string[];
  readonly steps: readonly StepTiming[];
}

/**
 * Brings an image under a byte budget: aspect ratio kept, EXIF orientation applied, 8-bit sRGB, no metadata. One decode
 * and about one encode; aims at 90 to 100 % of the budget and is never over it.
 * Throws INVALID_ARGUMENT (IMAGE_EMPTY, IMAGE_UNREADABLE, IMAGE_UNSUPPORTED, IMAGE_TOO_LARGE, INVALID_REQUEST for options),
 * FAILED_PRECONDITION (BUDGET_UNREACHABLE, metadata `smallestSizeBytes`), CANCELLED.
 */
export async function compressImage(source: Buffer, options: CompressOptions): Promise<CompressResult> {
  const request = resolveOptions(options);
  const clock = createStepClock(request.signal);

  const info = await clock.step('inspect', () => inspectImage(source));
  if (info.width * info.height > request.maxInputPixels)
    throw imageTooLarge(info.width, info.height, request.maxInputPixels);

  const passed = await clock.step('passthrough', () => passThrough(source, info, request));
  if (passed !== undefined)
    return finish(passed, {
      ...{ passthrough: true, alphaFlattened: false, warnings: [] },
      ...(request.estimateQuality && { ssim: 1 }),
    });

  const picture = await clock.step('decode', () => decodePicture(source, info, request));
  const exact = await clock.step('exact', () => tryExact(picture, request));
  if (exact !== undefined) return judge(exact);

  const codec = firstCodec(picture, request);
  let encoded: Encoded | NotEncoded;
  if (codec === undefined) {
    encoded = await clock.step('encode', () => pngToFit(picture.bitmap, request));
  } else {
    const plan = await clock.step('plan', () => choosePlan(picture, codec, request));
    encoded = await clock.step('encode', () => encodeToFit(plan, request, picture.bitmap));
  }
  if (encoded.data !== undefined) return judge(encoded);

  const { encodes } = encoded;
  const smallest = await clock.step('last resort', () => smallestResult(picture, request));
  if (smallest.data.length > request.fileBudgetBytes)
    throw budgetUnreachable({
      maxSizeBytes: request.maxSizeBytes,
      smallestSizeBytes: countedSize(smallest.data.length, request.budgetEncoding),
      minQuality: smallest.quality ?? request.minQuality,
      minScale: request.minScale,
    });
  return judge({ ...smallest, encodes: encodes + smallest.encodes });

  async function judge(result: Encoded): Promise<CompressResult> {
    const { alphaFlattened, warnings, bitmap } = picture;
    const facts = { passthrough: false, alphaFlattened, warnings };
    if (!request.estimateQuality) return finish(result, facts);
    const ssim = await clock.step('estimate', () => estimateSsim(bitmap, result.data, request.background));
    return finish(result, ssim === undefined ? facts : { ...facts, ssim });
  }

  function finish(
    result: Encoded,
    facts: Pick<CompressResult, 'passthrough' | 'alphaFlattened' | 'warnings' | 'ssim'>,
  ): CompressResult {
    const sizeBytes = result.data.length;
    if (countedSize(sizeBytes, request.budgetEncoding) > request.maxSizeBytes)
      throw new FramesongError('a result over its budget was refused', { code: 'INTERNAL', reason: 'OVER_BUDGET' });
    return {
      data: result.data,
      sizeBytes,
      base64SizeBytes: base64SizeOf(sizeBytes),
      format: result.format,
      mediaType: MEDIA_TYPES[result.format],
      width: result.width,
      height: result.height,
      sourceFormat: info.format,
      sourceWidth: info.width,
      sourceHeight: info.height,
      quality: result.quality,
      ...(result.chroma !== undefined && { chroma: result.chroma }),
      trellis: result.trellis ?? false,
      scale: result.scale,
      encodes: result.encodes,
      finerIsOver: result.finerIsOver ?? false,
      ...facts,
      steps: clock.steps,
    };
  }
}

/**
 * Drawings and text stay sharpest, and mostly smallest, in a PNG that keeps every pixel; small pictures may afford it.
 * Tried for those alone: it costs an encode, and no photograph of size fits. What is transparent may be exact in WebP too.
 */
async function tryExact({ bitmap, hasAlpha }: Picture, request: CompressRequest): Promise<Encoded | undefined> {
  const { acceptedFormats, fileBudgetBytes } = request;
  const small = bitmap.data.length <= 2 * fileBudgetBytes;
  if (acceptedFormats.includes('png') && (small || isGraphics(bitmap))) {
    const png = await exactPngWithin(bitmap, fileBudgetBytes);
    if (png !== undefined) return png;
  }
  return hasAlpha && acceptedFormats.includes('webp') ? exactWebpWithin(bitmap, fileBudgetBytes) : undefined;
}
