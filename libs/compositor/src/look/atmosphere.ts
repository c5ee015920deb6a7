import { blurred } from '../raster/sharp-raster.ts';
import { bounded, type Look } from './look-context.ts';

const FOG = [214, 220, 226] as const;
const FIGURE_FOG = 0.14;

/** Fog that thickens with distance, which is taken to grow upwards; figures stand in front of most of it. */
export const fog: Look = async (image, { figureMap, unit }) => {
  const { width, height, pixels } = image;
  const count = width * height;
  const veil = new Uint8Array(count);
  for (let y = 0, i = 0; y < height; y++) {
    const thickness = 0.66 * Math.max(0.12, 1 - (y / height) * 0.95);
    for (let x = 0; x < width; x++, i++) veil[i] = 255 * (figureMap[i] ? FIGURE_FOG : thickness);
  }
  // A soft border: fog does not end at an outline.
  const soft = (await blurred({ width, height, channels: 1, pixels: veil }, 2.5 * unit)).pixels;
  for (let i = 0, o = 0; i < count; i++, o += 3) {
    const share = soft[i]! / 255;
    pixels[o] = pixels[o]! + (FOG[0] - pixels[o]!) * share;
    pixels[o + 1] = pixels[o + 1]! + (FOG[1] - pixels[o + 1]!) * share;
    pixels[o + 2] = pixels[o + 2]! + (FOG[2] - pixels[o + 2]!) * share;
  }
  return image;
};

/** A glow: part of the blurred picture screened over itself. */
export const dream: Look = async (image, { unit }) => {
  const { pixels } = image;
  const soft = (await blurred(image, 12 * unit)).pixels;
  for (let i = 0; i < pixels.length; i++) {
    const screened = 255 - ((255 - pixels[i]!) * (255 - soft[i]! * 0.75)) / 255;
    pixels[i] = bounded(pixels[i]! * 0.55 + screened * 0.45);
  }
  return image;
};
