import { blankRaster, type GreyImage, type RgbImage } from '../raster/raster.ts';
import { blurred } from '../raster/sharp-raster.ts';
import { bounded, type Look } from './look-context.ts';

const PAPER = [250, 247, 240] as const;
const COMIC_LEVELS = 6;
const COMIC_COLOUR = 1.2;

/** Pencil on paper: outlines, four tones, and hatching in the shadows. */
export const lineart: Look = async (image, { figureMap, unit }) => {
  const { width, height } = image;
  const luma = lumaOf(image);
  const lines = (await outlines(luma, unit)).pixels;
  const tone = (await blurred(luma, 3 * unit)).pixels;
  const out = blankRaster(width, height, 3);
  const pitch = Math.max(3, Math.round(6 * unit));
  for (let y = 0, i = 0, o = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++, o += 3) {
      const level = tone[i]!;
      let shade = level > 150 ? 1 : level > 95 ? 0.94 : level > 55 ? 0.88 : 0.8;
      if (level < 110 && (x + y) % pitch === 0) shade -= 0.12;
      if (level < 60 && (x - y + height * pitch) % pitch === 0) shade -= 0.13;
      // Figures stand out from the page.
      const value = ((figureMap[i] ? Math.min(1, shade + 0.06) : shade * 0.98) * lines[i]!) / 255;
      out.pixels[o] = PAPER[0] * value;
      out.pixels[o + 1] = PAPER[1] * value;
      out.pixels[o + 2] = PAPER[2] * value;
    }
  return out;
};

/** Ink outlines over flat tones; only the lightness is stepped, so colours keep their hue. */
export const comic: Look = async (image, { unit }) => {
  const lines = (await outlines(lumaOf(image), unit)).pixels;
  const flat = (await blurred(image, 1.6 * unit)).pixels;
  const levels = Float32Array.from({ length: 256 }, (_, value) => stepped(value / 255) * 255);
  const out = blankRaster(image.width, image.height, 3);
  for (let i = 0, o = 0; i < lines.length; i++, o += 3) {
    const luma = 0.299 * flat[o]! + 0.587 * flat[o + 1]! + 0.114 * flat[o + 2]!;
    const ink = lines[i]! / 255;
    const lift = (levels[luma | 0]! / Math.max(12, luma)) * ink;
    // A little more colour than there was.
    out.pixels[o] = bounded((luma + (flat[o]! - luma) * COMIC_COLOUR) * lift);
    out.pixels[o + 1] = bounded((luma + (flat[o + 1]! - luma) * COMIC_COLOUR) * lift);
    out.pixels[o + 2] = bounded((luma + (flat[o + 2]! - luma) * COMIC_COLOUR) * lift);
  }
  return out;
};

// Steps with steep but not hard sides, which would be jagged.
function stepped(value: number): number {
  const scaled = value * COMIC_LEVELS;
  const level = Math.floor(scaled);
  const within = scaled - level;
  return Math.min(1, ((level + 1 / (1 + Math.exp(-(within - 0.5) * 14))) / COMIC_LEVELS) * 1.04);
}

function lumaOf({ width, height, pixels }: RgbImage): GreyImage {
  const luma = blankRaster(width, height, 1);
  for (let i = 0, o = 0; i < luma.pixels.length; i++, o += 3)
    luma.pixels[i] = 0.299 * pixels[o]! + 0.587 * pixels[o + 1]! + 0.114 * pixels[o + 2]!;
  return luma;
}

// Difference of two blurs with a soft threshold: 255 paper, 0 ink.
// Source: Winnemöller et al., XDoG, Computers & Graphics 36, 2012.
async function outlines(luma: GreyImage, unit: number): Promise<GreyImage> {
  const fine = (await blurred(luma, unit + 0.2)).pixels;
  const coarse = (await blurred(luma, 1.9 * unit + 0.3)).pixels;
  const ink = blankRaster(luma.width, luma.height, 1);
  for (let i = 0; i < fine.length; i++) {
    const difference = (fine[i]! - 0.975 * coarse[i]!) / 255 - 0.002;
    ink.pixels[i] = difference > 0 ? 255 : Math.max(0, 255 * (1 + Math.tanh(34 * difference)));
  }
  return ink;
}
