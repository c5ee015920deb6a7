import { boxMean } from '../raster/box-filter.ts';
import type { RgbaImage } from '../raster/raster.ts';
import { isColoured, type Backdrop } from './backdrop.ts';

const BAND_PX = 7;
const CORE_REACH_PX = 14;

/**
 * Takes the light of a coloured screen, and the colour that JPEG smears over an edge, out of a band along the outline:
 * what a pixel has more of the screen's colour than the figure further inside. Other backdrops leave the picture as it is.
 */
export function withoutSpill(image: RgbaImage, figure: Float32Array, backdrop: Backdrop): RgbaImage {
  if (!isColoured(backdrop)) return image;
  const { width, height } = image;
  const nearness = boxMean(figure, width, height, BAND_PX);
  const screen = screenDirection(image, figure);
  const along = new Float32Array(figure.length);
  for (let i = 0; i < along.length; i++) along[i] = component(image.pixels, i, screen);
  const core = nearness.map((share) => (share > 0.999 ? 1 : 0));
  const weight = boxMean(core, width, height, CORE_REACH_PX);
  const inner = boxMean(
    along.map((value, i) => value * core[i]!),
    width,
    height,
    CORE_REACH_PX,
  );
  const pixels = image.pixels.slice();
  for (let i = 0; i < figure.length; i++) {
    if (nearness[i]! > 0.999 || nearness[i]! < 1e-3) continue;
    const excess = along[i]! - (weight[i]! > 1e-4 ? Math.max(0, inner[i]! / weight[i]!) : 0);
    if (excess <= 0) continue;
    for (let c = 0; c < 3; c++)
      pixels[4 * i + c] = Math.min(255, Math.max(0, pixels[4 * i + c]! - excess * screen[c]!));
  }
  return { ...image, pixels };
}

type Direction = readonly [number, number, number];

function component(pixels: Uint8Array, pixel: number, [red, green, blue]: Direction): number {
  return pixels[4 * pixel]! * red + pixels[4 * pixel + 1]! * green + pixels[4 * pixel + 2]! * blue;
}

// The hue of what was keyed out, as a direction without brightness in RGB.
function screenDirection({ pixels }: RgbaImage, figure: Float32Array): Direction {
  const sum = [0, 0, 0];
  for (let i = 0; i < figure.length; i += 5)
    if (figure[i] === 0) for (let c = 0; c < 3; c++) sum[c]! += pixels[4 * i + c]!;
  const grey = (sum[0]! + sum[1]! + sum[2]!) / 3;
  const length = Math.hypot(sum[0]! - grey, sum[1]! - grey, sum[2]! - grey) || 1;
  return [(sum[0]! - grey) / length, (sum[1]! - grey) / length, (sum[2]! - grey) / length];
}
