import { bounded, type Look } from './look-context.ts';

const VIGNETTE = 0.6;
const GRAIN = 4;

/** The last touch of a photographic frame: darker corners and a fine grain. */
export const finish: Look = (image, { seed }) => {
  const { width, height, pixels } = image;
  // Neighbouring seeds far apart, and never 0, of which nothing comes.
  let noise = Math.imul(seed ^ 0x51ed270b, 0x9e3779b1) || 1;
  for (let y = 0, o = 0; y < height; y++) {
    const down = (y / height - 0.5) * 1.05;
    for (let x = 0; x < width; x++, o += 3) {
      const across = (x / width - 0.5) * 1.05;
      const reach = across * across + down * down - 0.2;
      const factor = reach > 0 ? 1 - reach * VIGNETTE : 1;
      // Xorshift (Marsaglia, 2003): a generator call per pixel would cost more than all the rest.
      noise ^= noise << 13;
      noise ^= noise >>> 17;
      noise ^= noise << 5;
      const grain = ((noise >>> 8) / 16_777_216 - 0.5) * GRAIN;
      pixels[o] = bounded(pixels[o]! * factor + grain);
      pixels[o + 1] = bounded(pixels[o + 1]! * factor + grain);
      pixels[o + 2] = bounded(pixels[o + 2]! * factor + grain);
    }
  }
  return image;
};
