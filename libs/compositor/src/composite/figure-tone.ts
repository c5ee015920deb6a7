import { labPlanes } from '../raster/lab.ts';
import { clamp, type RgbaImage } from '../raster/raster.ts';
import type { SceneLight } from './scene-light.ts';

/** For red, green and blue: the new value of each of the 256 old ones. */
export type ToneCurves = readonly [Float32Array, Float32Array, Float32Array];

const MOST_GAIN = 1.14;

/** Curves that pull a figure's mean colour and contrast a part of the way to those of the scene. */
export function figureTone(figure: RgbaImage, light: SceneLight): ToneCurves {
  const { lightness, a, b, contrast } = figureStatistics(figure);
  const missing = light.lightness - lightness;
  // Small differences are the figure's own colours; what is much too light for a dark place looks pasted in.
  const brighter = clamp(missing * 0.24 + Math.min(0, missing + 20) * 0.3, -28, 10);
  const redder = clamp((light.a - a) * 0.16, -7, 7);
  const yellower = clamp((light.b - b) * 0.16, -9, 9);
  const spread = clamp((light.contrast / contrast) ** 0.25, 0.85, 1.12);
  // A dark suit may come out of the dark a little, but the face above it must not burn out.
  const gain = Math.min(MOST_GAIN, (lightness + brighter) / Math.max(8, lightness));
  // A shift along a and b as factors of the channels, near enough for shifts this small.
  const red = 1 + redder * 0.008 + yellower * 0.004;
  const green = 1 - redder * 0.004 + yellower * 0.0012;
  const blue = 1 - yellower * 0.011;
  const mean = (red + green + blue) / 3;
  const curve = (factor: number) =>
    Float32Array.from(
      { length: 256 },
      (_, value) => Math.max(0, (value - 128) * spread + 128) * gain * (factor / mean),
    );
  return [curve(red), curve(green), curve(blue)];
}

function figureStatistics(figure: RgbaImage): { lightness: number; a: number; b: number; contrast: number } {
  const every = figure.width * figure.height > 40_000 ? 7 : 1;
  const lab = labPlanes(figure.pixels, 4, every);
  let [count, sum, squares, a, b] = [0, 0, 0, 0, 0];
  for (let i = 0; i < lab.lightness.length; i++) {
    if (figure.pixels[4 * i * every + 3]! <= 180) continue;
    count++;
    sum += lab.lightness[i]!;
    squares += lab.lightness[i]! ** 2;
    a += lab.a[i]!;
    b += lab.b[i]!;
  }
  const n = Math.max(1, count);
  return { lightness: sum / n, a: a / n, b: b / n, contrast: Math.sqrt(Math.max(1, squares / n - (sum / n) ** 2)) };
}
