import { openBitmap, type Bitmap } from './bitmap.ts';
import type { OutputFormat } from './formats.ts';

/** A lossy encoder with fixed settings, and what the size model must know about it. */
export interface Codec {
  readonly format: OutputFormat;
  readonly chroma: '4:2:0' | '4:4:4' | undefined;
  /** JPEG's trellis quantisation: settings that the quality alone does not tell. */
  readonly trellis: boolean;
  /** Qualities that are ever used. */
  readonly minQuality: number;
  readonly maxQuality: number;
  /** Below this a smaller picture looks better than a coarser one. */
  readonly scaleBelowQuality: number;
  /** Below this, drawings and text are scaled: they lose more by scaling than photographs do. */
  readonly scaleGraphicsBelowQuality: number;
  /** Quality aimed at when the picture is scaled anyway. */
  readonly comfortableQuality: number;
  /** A variable in which ln(size) is nearly a straight line. */
  rateOf(quality: number): number;
  readonly prior: SizePrior;
  readonly sampling: Sampling;
  encode(bitmap: Bitmap, quality: number, alphaQuality: number): Promise<Buffer>;
  /** A cheaper encode, good for slopes and neighbourhoods only. */
  encodeCoarse(bitmap: Bitmap, quality: number, alphaQuality: number): Promise<Buffer>;
  /** ln(size) of a coarse encode lies this much above that of a full one. */
  readonly coarseExcess: number;
  /** Of JPEG: ln(progressive / plain size) as a quadratic in ln(bytes per pixel of the plain encode), constant first. */
  readonly progressive?: readonly [constant: number, linear: number, square: number];
}

/** What is known before anything is measured. */
interface SizePrior {
  /** Slope of ln(size) over {@link Codec.rateOf}. */
  readonly slope: number;
  readonly quality: number;
  /** Typical size at that quality, bytes per pixel. */
  readonly bytesPerPixel: number;
}

/** How a share of the pixels stands for all of them. */
export interface Sampling {
  readonly share: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Size of an empty file, not proportional to pixels. */
  readonly headerSizeBytes: number;
  /** What predictions from a sample are multiplied by, since samples cost a little more per pixel. */
  readonly borderFactor: number;
  /** Blocks are predicted from their neighbours across tile borders, so seams cost bytes that must be measured. */
  readonly seams: boolean;
  /** Standard deviation of ln(predicted / real). */
  readonly deviation: number;
}

/** libjpeg's quantiser scale factor in percent (jcparam.c, jpeg_quality_scaling): ln(size) falls along its logarithm. */
function jpegRate(quality: number): number {
  const scalePercent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return -Math.log(Math.max(scalePercent, 1));
}

/** libwebp bends its quality by a piecewise line and a cube root before it quantises (QualityToCompression). */
function webpRate(quality: number): number {
  const share = quality / 100;
  const linear = share < 0.75 ? share * (2 / 3) : 2 * share - 1;
  return -Math.log(1.02 - Math.cbrt(linear));
}

const JPEG_SAMPLING: Sampling = {
  share: 0.2,
  tileWidth: 128,
  tileHeight: 32,
  headerSizeBytes: 700,
  borderFactor: 0.995,
  seams: false,
  deviation: 0.025,
};

const JPEG_BASE = { quantisationTable: 3, progressive: true } as const;

function jpegCodec(chroma: '4:2:0' | '4:4:4', trellis: boolean, rest: JpegDifferences): Codec {
  const encoder = trellis ? { ...JPEG_BASE, trellisQuantisation: true, overshootDeringing: true } : JPEG_BASE;
  return {
    format: 'jpeg',
    chroma,
    trellis,
    comfortableQuality: 68,
    scaleGraphicsBelowQuality: 5,
    rateOf: jpegRate,
    encode: (bitmap, quality) =>
      openBitmap(bitmap)
        .jpeg({ ...encoder, quality, chromaSubsampling: chroma })
        .toBuffer(),
    encodeCoarse: (bitmap, quality) =>
      openBitmap(bitmap)
        .jpeg({ quantisationTable: 3, optimiseCoding: false, quality, chromaSubsampling: chroma })
        .toBuffer(),
    ...rest,
  };
}

type JpegDifferences = Pick<
  Codec,
  'minQuality' | 'maxQuality' | 'scaleBelowQuality' | 'prior' | 'sampling' | 'coarseExcess' | 'progressive'
>;

/** The everyday JPEG: progressive, mozjpeg's "ImageMagick" table. */
export const JPEG = jpegCodec('4:2:0', false, {
  minQuality: 5,
  maxQuality: 97,
  scaleBelowQuality: 30,
  prior: { slope: 0.8, quality: 75, bytesPerPixel: 0.106 },
  sampling: JPEG_SAMPLING,
  coarseExcess: 0.073,
  progressive: [-1.059, -0.886, -0.193],
});

/** Full colour resolution: gains only near the top of the scale, where 4:2:0 has nothing left to spend bytes on. */
export const JPEG_FULL_CHROMA = jpegCodec('4:4:4', false, {
  minQuality: 5,
  maxQuality: 97,
  scaleBelowQuality: 30,
  prior: { slope: 0.8, quality: 75, bytesPerPixel: 0.137 },
  sampling: JPEG_SAMPLING,
  coarseExcess: 0.073,
  progressive: [-0.912, -0.917, -0.243],
});

/** Trellis quantisation: three to four times the CPU, gains below quality 60 only. */
export const JPEG_TRELLIS = jpegCodec('4:2:0', true, {
  minQuality: 3,
  maxQuality: 95,
  scaleBelowQuality: 20,
  prior: { slope: 0.85, quality: 75, bytesPerPixel: 0.094 },
  sampling: { ...JPEG_SAMPLING, borderFactor: 1 },
  coarseExcess: 0.174,
  progressive: [-1.437, -1.028, -0.211],
});

export const WEBP: Codec = {
  format: 'webp',
  chroma: '4:2:0',
  trellis: false,
  minQuality: 1,
  maxQuality: 96,
  scaleBelowQuality: 7,
  scaleGraphicsBelowQuality: 2,
  comfortableQuality: 74,
  rateOf: webpRate,
  prior: { slope: 1, quality: 75, bytesPerPixel: 0.0625 },
  sampling: {
    share: 0.2,
    tileWidth: 512,
    tileHeight: 64,
    headerSizeBytes: 60,
    borderFactor: 0.975,
    seams: true,
    deviation: 0.055,
  },
  coarseExcess: 0.16,
  encode: (bitmap, quality, alphaQuality) => openBitmap(bitmap).webp({ quality, effort: 2, alphaQuality }).toBuffer(),
  encodeCoarse: (bitmap, quality, alphaQuality) =>
    openBitmap(bitmap).webp({ quality, effort: 0, alphaQuality }).toBuffer(),
};

export const AVIF: Codec = {
  format: 'avif',
  chroma: '4:2:0',
  trellis: false,
  minQuality: 5,
  maxQuality: 92,
  scaleBelowQuality: 12,
  scaleGraphicsBelowQuality: 6,
  comfortableQuality: 55,
  rateOf: (quality) => quality / 30,
  prior: { slope: 1, quality: 55, bytesPerPixel: 0.056 },
  sampling: {
    share: 0.15,
    tileWidth: 512,
    tileHeight: 64,
    headerSizeBytes: 400,
    borderFactor: 1,
    seams: true,
    deviation: 0.08,
  },
  coarseExcess: 0,
  encode: (bitmap, quality) => openBitmap(bitmap).avif({ quality, effort: 0, chromaSubsampling: '4:2:0' }).toBuffer(),
  encodeCoarse: (bitmap, quality) =>
    openBitmap(bitmap).avif({ quality, effort: 0, chromaSubsampling: '4:2:0' }).toBuffer(),
};
