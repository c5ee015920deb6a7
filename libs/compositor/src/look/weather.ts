import { blankRaster, clamp, type RgbImage } from '../raster/raster.ts';
import { blurred } from '../raster/sharp-raster.ts';
import { seededRandom } from '../seeded-random.ts';
import { bounded, sceneLuma, type Look, type LookContext } from './look-context.ts';

const DROPS = 900;
const FLAKES = 700;
const SLANT = 0.22;
// One seed gives rain and snow different patterns.
const SNOW_SEED = 0x5a0f;

/** Slanting streaks over a duller, darker picture. */
export const rain: Look = async (image, context) => {
  dulled(image, context);
  const { width, height } = image;
  const streaks = blankRaster(width, height, 1);
  const random = seededRandom(context.seed);
  for (let drop = 0; drop < DROPS; drop++) {
    const x = random() * width * 1.1;
    const y = (random() * 1.1 - 0.1) * height;
    const nearness = random();
    const length = (18 + 42 * nearness) * context.unit;
    const value = 55 + 90 * nearness;
    for (let step = 0; step < length; step += 0.5) {
      const column = Math.round(x - step * SLANT);
      const row = Math.round(y + step);
      if (column < 0 || column >= width || row < 0 || row >= height) continue;
      const i = row * width + column;
      if (value > streaks.pixels[i]!) streaks.pixels[i] = value;
    }
  }
  return whitened(image, streaks.pixels, context);
};

/** Flakes, most of them small and far. */
export const snow: Look = async (image, context) => {
  const { width, height } = image;
  const flakes = blankRaster(width, height, 1);
  const random = seededRandom(context.seed ^ SNOW_SEED);
  for (let flake = 0; flake < FLAKES; flake++) {
    const centreX = random() * width;
    const centreY = random() * height;
    const radius = (0.8 + 3.2 * random() ** 2) * context.unit;
    for (let y = Math.ceil(centreY - radius); y <= centreY + radius; y++)
      for (let x = Math.ceil(centreX - radius); x <= centreX + radius; x++) {
        if (x < 0 || x >= width || y < 0 || y >= height) continue;
        if ((x - centreX) ** 2 + (y - centreY) ** 2 <= radius * radius) flakes.pixels[y * width + x] = 215;
      }
  }
  return whitened(image, flakes.pixels, context);
};

function dulled(image: RgbImage, { figureMap }: LookContext): void {
  const { pixels } = image;
  // Clouds darken a day, hardly a night.
  const light = clamp(sceneLuma(image, figureMap) / 90, 0, 1);
  const [red, green, blue] = [1 - 0.18 * light, 1 - 0.14 * light, 1 - 0.07 * light];
  for (let o = 0; o < pixels.length; o += 3) {
    const grey = (pixels[o]! + pixels[o + 1]! + pixels[o + 2]!) / 3;
    pixels[o] = (pixels[o]! * 0.7 + grey * 0.3) * red;
    pixels[o + 1] = (pixels[o + 1]! * 0.72 + grey * 0.28) * green;
    pixels[o + 2] = bounded((pixels[o + 2]! * 0.75 + grey * 0.25) * blue + 6);
  }
}

async function whitened(image: RgbImage, layer: Uint8Array, context: LookContext): Promise<RgbImage> {
  const { width, height, pixels } = image;
  const soft = (await blurred({ width, height, channels: 1, pixels: layer }, 0.7 * context.unit + 0.3)).pixels;
  for (let i = 0; i < soft.length; i++) {
    if (!soft[i]) continue;
    const share = (soft[i]! / 255) * 0.78;
    for (let o = 3 * i; o < 3 * i + 3; o++) pixels[o] = pixels[o]! + (250 - pixels[o]!) * share;
  }
  return image;
}
