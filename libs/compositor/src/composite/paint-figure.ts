import { rasterOf, sharpOf } from '../raster/sharp-raster.ts';
import type { StagedFigure } from '../staging/stage-figures.ts';
import type { Canvas } from './canvas.ts';
import { figureTone } from './figure-tone.ts';

const WRAP = 0.16;
const RIM = 18;
const SIDE_SHADE = 0.22;

/**
 * Paints one figure into the canvas: scaled, its tone pulled to the scene, shaded away from the light, with a little of the
 * surroundings wrapped around its outline and a rim of light on the bright side.
 * @param number what the figure map records: 1 + index of the figure.
 */
export async function paintFigure(canvas: Canvas, figure: StagedFigure, number: number): Promise<void> {
  const { box, behind, scale, cutout } = figure;
  const { light, figureMap, shot } = canvas;
  const { width, height, pixels } = canvas.image;
  const scaled = sharpOf(cutout.image).resize(box.width, box.height, { fit: 'fill', kernel: 'lanczos3' });
  if (scale > 1.3) scaled.sharpen({ sigma: 0.8 });
  const source = (await rasterOf(scaled, 4)).pixels;
  const [redCurve, greenCurve, blueCurve] = figureTone({ ...cutout.image, ...box, pixels: source }, light);
  const around = canvas.ambient.pixels;
  const reach = Math.max(1, Math.round(3 * canvas.unit));
  const haze = behind ? 0.06 : 0;
  const rimStrength = Math.abs(light.side) * RIM;
  const fadesDown = shot === 'close' || shot === 'medium';
  const firstX = Math.max(0, -box.x);
  const lastX = Math.min(box.width, width - box.x);
  const lastY = Math.min(box.height, height - box.y);
  const alphaAt = (x: number, y: number) =>
    x < 0 || y < 0 || x >= box.width ? 0 : source[4 * (y * box.width + x) + 3]!;
  for (let y = Math.max(0, -box.y); y < lastY; y++) {
    const low = (box.y + y) / height - 0.75;
    const rowShade = (behind ? 0.94 : 1) - (fadesDown && low > 0 ? low * 0.25 : 0);
    for (let x = firstX; x < lastX; x++) {
      const s = 4 * (y * box.width + x);
      if (source[s + 3]! < 2) continue;
      const alpha = source[s + 3]! / 255;
      const left = alphaAt(x - reach, y);
      const right = alphaAt(x + reach, y);
      const above = alphaAt(x, y - reach);
      const edge = (1 - Math.min(left, right, above) / 255) * WRAP;
      const lit = light.side > 0.08 ? 255 - right : light.side < -0.08 ? 255 - left : (255 - above) * 0.6;
      const rim = (lit / 255) * rimStrength;
      const shade = rowShade + light.side * (x / box.width - 0.5) * SIDE_SHADE;
      const target = (box.y + y) * width + box.x + x;
      const o = 3 * target;
      const wrap = edge + haze - edge * haze;
      const red = redCurve[source[s]!]! * shade;
      const green = greenCurve[source[s + 1]!]! * shade;
      const blue = blueCurve[source[s + 2]!]! * shade;
      pixels[o] = mixed(pixels[o]!, red + (around[o]! - red) * wrap + rim, alpha);
      pixels[o + 1] = mixed(pixels[o + 1]!, green + (around[o + 1]! - green) * wrap + rim, alpha);
      pixels[o + 2] = mixed(pixels[o + 2]!, blue + (around[o + 2]! - blue) * wrap + rim, alpha);
      if (alpha > 0.5) figureMap[target] = number;
    }
  }
}

function mixed(below: number, above: number, alpha: number): number {
  const value = below + (above - below) * alpha;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
