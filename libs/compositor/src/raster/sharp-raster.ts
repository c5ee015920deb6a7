import sharp, { type Sharp } from 'sharp';
import { clamp, type Raster, type RgbImage } from './raster.ts';

/** A sharp pipeline that starts from raw samples; nothing is copied. */
export function sharpOf(image: Raster<1 | 3 | 4>): Sharp {
  const { pixels, width, height, channels } = image;
  const bytes = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return sharp(bytes, { raw: { width, height, channels }, limitInputPixels: false });
}

/** Runs a pipeline to raw samples and checks that it kept the number of channels. */
export async function rasterOf<Channels extends 1 | 3 | 4>(
  pipeline: Sharp,
  channels: Channels,
): Promise<Raster<Channels>> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== channels) throw new RangeError(`expected ${channels} channels, got ${info.channels}`);
  // Seen as a plain Uint8Array, so that the pixel loops meet one type only.
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { width: info.width, height: info.height, channels, pixels };
}

/** Gaussian blur, `sigmaPx` in pixels; below 0.4 the picture itself. */
export async function blurred<Channels extends 1 | 3 | 4>(
  image: Raster<Channels>,
  sigmaPx: number,
): Promise<Raster<Channels>> {
  if (sigmaPx < 0.4) return image;
  const pipeline = sharpOf(image).blur(sigmaPx);
  // Without this a single channel comes back as three.
  if (image.channels === 1) pipeline.toColourspace('b-w');
  return rasterOf(pipeline, image.channels);
}

/** A very wide blur (`sigmaPx` of 8 and more), worked out on a small copy: what the light around a pixel looks like. */
export async function ambientOf(image: RgbImage, sigmaPx: number): Promise<RgbImage> {
  const factor = clamp(Math.floor(sigmaPx / 3), 1, 16);
  const small = await rasterOf(
    sharpOf(image).resize(
      Math.max(4, Math.round(image.width / factor)),
      Math.max(4, Math.round(image.height / factor)),
      {
        fit: 'fill',
        kernel: 'linear',
      },
    ),
    3,
  );
  const soft = await blurred(small, sigmaPx / factor);
  return rasterOf(sharpOf(soft).resize(image.width, image.height, { fit: 'fill', kernel: 'linear' }), 3);
}
