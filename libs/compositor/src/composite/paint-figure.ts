import type { Box } from '../cutout/cutout.ts';
import { labPlanes } from '../raster/lab.ts';
import { clamp, type RgbaImage } from '../raster/raster.ts';
import { rasterOf, sharpOf } from '../raster/sharp-raster.ts';
import type { StagedFigure } from '../staging/stage-figures.ts';
import type { Canvas } from './canvas.ts';
import { figureTone } from './figure-tone.ts';
import type { SceneLight } from './scene-light.ts';

const WRAP = 0.16;
const RIM = 18;
const SIDE_SHADE = 0.22;
const SAMPLES_ACROSS = 8;

/**
 * Paints one figure into the canvas: scaled, its tone pulled to the scene, shaded away from the light, with a little of the
 * surroundings wrapped around its outline and a rim of light on the bright side.
 * @param number what the figure map records: 1 + index of the figure.
 */
export async function paintFigure(canvas: Canvas, figure: StagedFigure, number: number): Promise<void> {
  const { box, behind } = figure;
  const { light, figureMap, shot } = canvas;
  const { width, height, pixels } = canvas.image;
  const source = await scaledFigure(figure, height);
  const [redCurve, greenCurve, blueCurve] = figureTone(source, lightAt(canvas, box));
  const samples = source.pixels;
  const around = canvas.ambient.pixels;
  const reach = Math.max(1, Math.round(3 * canvas.unit));
  const haze = behind ? 0.06 : 0;
  const rimStrength = Math.abs(light.side) * RIM;
  const fadesDown = shot === 'close' || shot === 'medium';
  const firstX = Math.max(0, -box.x);
  const lastX = Math.min(box.width, width - box.x);
  const lastY = Math.min(source.height, height - box.y);
  const alphaAt = (x: number, y: number) =>
    x < 0 || y < 0 || x >= box.width ? 0 : samples[4 * (y * box.width + x) + 3]!;
  for (let y = Math.max(0, -box.y); y < lastY; y++) {
    const low = (box.y + y) / height - 0.75;
    const rowShade = (behind ? 0.94 : 1) - (fadesDown && low > 0 ? low * 0.25 : 0);
    for (let x = firstX; x < lastX; x++) {
      const s = 4 * (y * box.width + x);
      if (samples[s + 3]! < 2) continue;
      const alpha = samples[s + 3]! / 255;
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
      const red = redCurve[samples[s]!]! * shade;
      const green = greenCurve[samples[s + 1]!]! * shade;
      const blue = blueCurve[samples[s + 2]!]! * shade;
      pixels[o] = mixed(pixels[o]!, red + (around[o]! - red) * wrap + rim, alpha);
      pixels[o + 1] = mixed(pixels[o + 1]!, green + (around[o + 1]! - green) * wrap + rim, alpha);
      pixels[o + 2] = mixed(pixels[o + 2]!, blue + (around[o + 2]! - blue) * wrap + rim, alpha);
      if (alpha > 0.5) figureMap[target] = number;
    }
  }
}

// Half the light of the whole scene, half that of the place where the figure stands.
function lightAt({ ambient, light }: Canvas, box: Box): SceneLight {
  const { width, height, pixels } = ambient;
  const [left, right] = [clamp(box.x, 0, width - 1), clamp(box.x + box.width, 1, width)];
  const [top, bottom] = [clamp(box.y, 0, height - 1), clamp(box.y + box.height, 1, height)];
  const samples: number[] = [];
  for (let down = 0.5; down < SAMPLES_ACROSS; down++)
    for (let across = 0.5; across < SAMPLES_ACROSS; across++) {
      const x = Math.floor(left + ((right - left) * across) / SAMPLES_ACROSS);
      const y = Math.floor(top + ((bottom - top) * down) / SAMPLES_ACROSS);
      samples.push(...pixels.subarray(3 * (y * width + x), 3 * (y * width + x) + 3));
    }
  const local = labPlanes(Uint8Array.from(samples), 3);
  const mean = (plane: Float32Array) => plane.reduce((sum, value) => sum + value, 0) / plane.length;
  return {
    ...light,
    lightness: (light.lightness + mean(local.lightness)) / 2,
    a: (light.a + mean(local.a)) / 2,
    b: (light.b + mean(local.b)) / 2,
  };
}

// Only down to the frame's lower edge: of a close-up that is the lesser part.
async function scaledFigure({ box, scale, cutout }: StagedFigure, frameHeight: number): Promise<RgbaImage> {
  const { image } = cutout;
  const rows = Math.min(image.height, Math.ceil((frameHeight - box.y) / scale) + 4);
  const visible: RgbaImage = { ...image, height: rows, pixels: image.pixels.subarray(0, rows * image.width * 4) };
  const height = rows === image.height ? box.height : Math.max(1, Math.round(rows * scale));
  return rasterOf(sharpOf(visible).resize(box.width, height, { fit: 'fill', kernel: 'lanczos3' }), 4);
}

function mixed(below: number, above: number, alpha: number): number {
  const value = below + (above - below) * alpha;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
