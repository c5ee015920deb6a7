import sharp from 'sharp';
import { pixelsOf, type Bitmap } from './bitmap.ts';
import type { AlphaPlan } from './choose-plan.ts';
import { WEBP, type Codec } from './codecs.ts';
import type { Picture } from './decode-picture.ts';
import type { CompressRequest } from './options.ts';
import { sampleBitmap } from './sample-bitmap.ts';

const LEVELS = [90, 70, 40, 10, 0] as const;
/** Most of the budget that the alpha plane may take: beside real colours, and where the picture is its alpha. */
const SHARE_BESIDE_COLOURS = 0.3;
const SHARE_WITHOUT_COLOURS = 0.65;
const SAMPLE_SHARE = 0.25;

/**
 * WebP codes alpha losslessly after reducing its levels, so alone it can eat the budget. Measured on a sample, coarser
 * levels are tried until the plane takes a bearable share.
 */
export async function chooseAlphaQuality(picture: Picture, codec: Codec, request: CompressRequest): Promise<AlphaPlan> {
  if (picture.alpha === undefined || codec.format !== WEBP.format) return { quality: 90, sizeBytes: 0 };
  const sample = sampleBitmap(picture.bitmap, WEBP.sampling, SAMPLE_SHARE);
  const sizeAt = async (colours: Bitmap, quality: number, alphaQuality: number) =>
    (await WEBP.encode(colours, quality, alphaQuality)).length / sample.share;
  const blank = await withoutColours(sample.bitmap);
  const colourBytes = (await sizeAt(sample.bitmap, 75, 0)) - (await sizeAt(blank, 1, 0));

  let sizeBytes = 0;
  for (const quality of LEVELS) {
    sizeBytes = await sizeAt(blank, 1, quality);
    const share = sizeBytes > colourBytes ? SHARE_WITHOUT_COLOURS : SHARE_BESIDE_COLOURS;
    if (sizeBytes <= share * request.fileBudgetBytes || quality === 0) return { quality, sizeBytes };
  }
  return { quality: 0, sizeBytes };
}

/** The same alpha over black. */
async function withoutColours(bitmap: Bitmap): Promise<Bitmap> {
  const { width, height } = bitmap;
  const alpha = await sharp(bitmap.data, { raw: { width, height, channels: 4 } })
    .extractChannel(3)
    .raw()
    .toBuffer();
  const data = Buffer.alloc(pixelsOf(bitmap) * 4);
  for (let pixel = 0; pixel < alpha.length; pixel += 1) data[pixel * 4 + 3] = alpha[pixel]!;
  return { data, width, height, channels: 4 };
}
