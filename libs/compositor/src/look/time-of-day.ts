import { clamp } from '../raster/raster.ts';
import { bounded, sceneLuma, type Look } from './look-context.ts';

// A picture of the night is dark already: the less light it has, the less is taken.
const DAY_LUMA = 105;
const MOST_OPENED = 2.3;

/** Day for night: dark, bluish, less colour; figures a little lighter than the scene; lamps and windows glow warm. */
export const night: Look = (image, { figureMap }) => {
  const { width, height, pixels } = image;
  const opened = clamp(DAY_LUMA / sceneLuma(image, figureMap), 1, MOST_OPENED);
  for (let y = 0, i = 0, o = 0; y < height; y++) {
    const exposure = (0.34 + 0.14 * (1 - y / height)) * opened;
    for (let x = 0; x < width; x++, i++, o += 3) {
      const red = pixels[o]!;
      const green = pixels[o + 1]!;
      const blue = pixels[o + 2]!;
      const luma = 0.25 * red + 0.6 * green + 0.15 * blue;
      const factor = figureMap[i] ? exposure * 1.35 : exposure;
      const glow = figureMap[i] || luma < 222 ? 0 : (luma - 222) / 33;
      pixels[o] = bounded((red * 0.52 + luma * 0.26) * factor + glow * 30);
      pixels[o + 1] = bounded((green * 0.62 + luma * 0.34) * factor + 3 + glow * 26);
      pixels[o + 2] = bounded((blue * 0.62 + luma * 0.6) * factor * 1.14 + 9 + glow * 12);
    }
  }
  return image;
};

/** Low sun: red and gold, stronger towards the sky. */
export const sunset: Look = (image) => {
  const { width, height, pixels } = image;
  for (let y = 0, o = 0; y < height; y++) {
    const sky = 1 - y / height;
    for (let x = 0; x < width; x++, o += 3) {
      pixels[o] = bounded(pixels[o]! * 1.08 + 22 * sky);
      pixels[o + 1] = bounded(pixels[o + 1]! * 0.95 + 6 * sky);
      pixels[o + 2] = bounded(pixels[o + 2]! * 0.76 + 6);
    }
  }
  return image;
};
