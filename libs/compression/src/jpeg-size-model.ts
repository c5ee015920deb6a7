import { throwIfAborted } from '@framesong/errors';
import { pixelsOf, type Bitmap } from './bitmap.ts';
import type { Sampling } from './codecs.ts';
import { orderTiles, takeTiles, type BitmapSample } from './sample-bitmap.ts';
import type { SizeModel, SizeModelOptions } from './size-model.ts';
import { nearestQuality, solveQuality } from './solve-quality.ts';

/** Smaller pictures give no samples that tell anything. */
const SMALLEST_PIXELS = 800_000;
const SMALLEST_SIDE = 128;
/** Pixels of the sample that stands for the whole picture, and the share that it need not exceed. */
const LEVEL_PIXELS = 1_300_000;
const LEVEL_SHARE = 0.2;
/** Pixels that are coded both ways, against those of the sample. */
const QUOTIENT_SHARE = 0.25;
/** ln(size) this far below the budget at the highest quality: no more needs to be known. */
const FAR_BELOW = 0.25;
/** A picture that is expected to reach the first is measured at the second at once. */
const EASY_FROM_QUALITY = 88;
const FINE_QUALITY = 92;
/** On the rate axis: so far away a plain encode tells the size no better than busyness does. */
const FAR_RATE = 0.6;
/** Deviation of a guess from a plain encode. */
const GUESS_DEVIATION = 0.08;
/** ln(size) over which the slope of other pictures is trusted; it varies by a third. */
const TRUSTED_SHIFT = 0.06;
const MAX_PROBES = 3;
/** ln(bytes per pixel) = first + second * ln(busyness) - third * ln(scale factor): regression over 53 pictures, s.d. 0.36. */
const FROM_BUSYNESS = [-1.25, 0.593, 0.6255] as const;

interface Probe {
  readonly rate: number;
  readonly lnSize: number;
}

/** Plain, trellis and full chroma are measured on the same samples; they live as long as their bitmap. */
const samples = new WeakMap<Bitmap, { readonly large: BitmapSample; readonly small: BitmapSample }>();

function samplesOf(bitmap: Bitmap, sampling: Sampling) {
  const known = samples.get(bitmap);
  if (known) return known;
  const share = Math.min(LEVEL_SHARE, LEVEL_PIXELS / pixelsOf(bitmap));
  const order = orderTiles(bitmap, sampling);
  const made = { large: takeTiles(order, share), small: takeTiles(order, share * QUOTIENT_SHARE) };
  samples.set(bitmap, made);
  return made;
}

/** True for pictures whose size {@link fitJpegSizeModel} can predict. */
export function isLargeForJpeg(bitmap: Bitmap): boolean {
  return pixelsOf(bitmap) >= SMALLEST_PIXELS && Math.min(bitmap.width, bitmap.height) >= SMALLEST_SIDE;
}

/**
 * A ratio estimate (Cochran, Sampling Techniques, chapter 6): a plain sequential encode costs a fifth of a progressive one,
 * and the quotient of the two varies little inside a picture. So up to 20 % of the pixels are coded plainly for the level, and
 * a quarter as many both ways for the quotient: whole tiles, since pieces of them have more seams, which cost smooth pictures
 * much. Standard deviation of ln(predicted / real): 2.4 %.
 */
export async function fitJpegSizeModel(bitmap: Bitmap, options: SizeModelOptions): Promise<SizeModel> {
  const { codec, budgetBytes, signal } = options;
  const { sampling, prior, progressive } = codec;
  const pixels = pixelsOf(bitmap);
  const lnBudget = Math.log(budgetBytes);
  const { large, small } = samplesOf(bitmap, sampling);
  const clamp = (quality: number) => Math.round(Math.min(codec.maxQuality, Math.max(codec.minQuality, quality)));
  const body = (data: Buffer) => Math.max(64, data.length - sampling.headerSizeBytes);
  const plainly = async (of: Bitmap, quality: number) => {
    throwIfAborted(signal);
    return body(await codec.encodeCoarse(of, quality, 100));
  };
  const lnWhole = (bodyBytes: number, share: number) => Math.log(bodyBytes / share + sampling.headerSizeBytes);
  let probes: Probe[] = [];
  let slope = prior.slope;

  const busyness = Math.log(Math.max(0.05, large.busyness));
  const fromBusyness = FROM_BUSYNESS[0] + FROM_BUSYNESS[1] * busyness + FROM_BUSYNESS[2] * codec.rateOf(prior.quality);
  const start = nearestQuality(codec, budgetBytes, prior.quality, fromBusyness + Math.log(pixels), FROM_BUSYNESS[2]);
  const near = clamp(Math.max(options.nearQuality ?? start, codec.scaleBelowQuality));
  let first = near >= EASY_FROM_QUALITY ? Math.max(near, FINE_QUALITY) : near;
  let plainSmall = await guess();
  if (isEasy() && first < FINE_QUALITY) {
    // Fine noise is coded from high qualities on only: a slope from below does not show it.
    first = codec.maxQuality;
    plainSmall = await guess();
  }
  if (isEasy()) return model(GUESS_DEVIATION);

  let plainLarge = await measureLevel();
  let next = solveNear();
  if (Math.abs(codec.rateOf(next) - codec.rateOf(first)) > FAR_RATE) {
    first = next;
    plainSmall = await plainly(small.bitmap, first);
    plainLarge = await measureLevel();
    next = solveNear();
  }
  probes = [];
  for (let count = 0; count < MAX_PROBES; count += 1) {
    await probe(next);
    next = solveNear();
    if (Math.abs(predict(next) - nearest(codec.rateOf(next)).lnSize) <= TRUSTED_SHIFT) break;
  }
  return model(sampling.deviation);

  /** Notes what a plain encode of the small sample says at the first quality. */
  async function guess(): Promise<number> {
    const bodyBytes = await plainly(small.bitmap, first);
    note(first, lnWhole(bodyBytes * typicalQuotient(bodyBytes / small.share), small.share));
    return bodyBytes;
  }

  /** Notes what a plain encode of the large sample says at the first quality. */
  async function measureLevel(): Promise<number> {
    const bodyBytes = await plainly(large.bitmap, first);
    probes = [];
    note(first, lnWhole(bodyBytes * typicalQuotient(bodyBytes / large.share), large.share));
    return bodyBytes;
  }

  function isEasy(): boolean {
    return predict(codec.maxQuality) < lnBudget - FAR_BELOW;
  }

  function model(deviation: number): SizeModel {
    const solve = (budget: number) => solveQuality({ codec, predict, deviation, budgetBytes: budget });
    return { codec, deviation, predict, probe, solve };
  }

  function solveNear(): number {
    return clamp(model(sampling.deviation).solve(budgetBytes));
  }

  async function probe(wanted: number): Promise<void> {
    const quality = clamp(wanted);
    throwIfAborted(signal);
    const quotient = body(await codec.encode(small.bitmap, quality, 100)) / plainSmall;
    note(quality, lnWhole(plainLarge * quotient * sampling.borderFactor, large.share));
  }

  function note(quality: number, lnSize: number): void {
    const rate = codec.rateOf(quality);
    const before = probes.length > 0 ? nearest(rate) : undefined;
    if (before?.rate === rate) return;
    if (before) slope = Math.min(2, Math.max(0.2, (lnSize - before.lnSize) / (rate - before.rate)));
    probes.push({ rate, lnSize });
  }

  /** What a progressive encode is expected to make of a plain one. */
  function typicalQuotient(wholeBodyBytes: number): number {
    const [constant, linear, square] = progressive!;
    const lnBytesPerPixel = Math.log(wholeBodyBytes / pixels);
    return Math.exp(constant + linear * lnBytesPerPixel + square * lnBytesPerPixel ** 2);
  }

  function predict(quality: number): number {
    const rate = codec.rateOf(quality);
    const from = nearest(rate);
    return from.lnSize + slope * (rate - from.rate);
  }

  function nearest(rate: number): Probe {
    return probes.reduce((a, b) => (Math.abs(b.rate - rate) < Math.abs(a.rate - rate) ? b : a));
  }
}
