import { blankRaster, clamp, type RgbImage } from '../raster/raster.ts';
import { fractalNoise } from './fractal-noise.ts';

const { abs, exp, max, sin } = Math;

type Colour = readonly [number, number, number];
/** The colour at a place, x and y from 0 to 1. */
type Painter = (x: number, y: number) => Colour;

const mix = (from: Colour, to: Colour, share: number): Colour => {
  const part = clamp(share, 0, 1);
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part, from[2] + (to[2] - from[2]) * part];
};
const lit = (colour: Colour, factor: number): Colour => [colour[0] * factor, colour[1] * factor, colour[2] * factor];

/** A wood with light from the upper right and leaves on the ground. */
const forest: Painter = (x, y) => {
  const leaves = fractalNoise(x * 14, y * 9, 5, 1);
  const shaft = max(0, fractalNoise((x + y * 0.5) * 7, 0.3, 2, 2) - 0.45) * 2 * (0.4 + x * 0.6) * (1 - y);
  if (y > 0.72 + 0.02 * sin(x * 9)) {
    const near = (y - 0.7) / 0.3;
    const ground = fractalNoise((x * 26) / (0.3 + near), (y * 60) / (0.3 + near), 4, 3);
    return mix([64, 60, 34], [150, 118, 66], ground * 1.3 - 0.2);
  }
  let colour = mix([22, 40, 22], [128, 158, 74], leaves * 1.5 - 0.3 + (0.5 - y) * 0.3);
  for (const [at, wide] of [
    [0.08, 0.028],
    [0.2, 0.013],
    [0.36, 0.02],
    [0.58, 0.011],
    [0.76, 0.024],
    [0.93, 0.034],
  ] as const) {
    const off = abs(x - at - 0.006 * sin(y * 7 + at * 30)) / (wide * (0.8 + y * 0.4));
    if (off < 1)
      colour = lit(mix([70, 54, 40], [36, 28, 24], off * 0.6 + fractalNoise(x * 90, y * 12, 3, 4) * 0.6), 0.9);
  }
  return mix(colour, [250, 240, 180], shaft);
};

/** Sand, sea and a high sun on the left. */
const beach: Painter = (x, y) => {
  const shore = 0.62 + 0.03 * sin(x * 3 + 1) + 0.012 * fractalNoise(x * 8, 1, 3, 5);
  if (y < 0.45) {
    const sun = exp(-((x - 0.12) ** 2 + (y - 0.1) ** 2) * 24);
    const cloud = max(0, fractalNoise(x * 4, y * 10, 5, 6) - 0.52) * 2.4;
    return mix(mix(mix([86, 158, 224], [206, 230, 242], y * 2.1), [252, 252, 252], cloud), [255, 253, 240], sun);
  }
  if (y < shore) {
    const wave = fractalNoise(x * 10, y * 90, 3, 7);
    return mix(mix([30, 96, 138], [88, 176, 186], (y - 0.45) * 5), [236, 246, 246], max(0, wave - 0.62) * 3);
  }
  const grain = fractalNoise(x * 60, y * 90, 4, 8);
  return mix([196, 168, 124], [244, 222, 182], grain * 0.9 + (y < shore + 0.03 ? -0.4 : 0.1));
};

/** Snow under a pale sky: hardly any contrast. */
const snowfield: Painter = (x, y) => {
  const hill = 0.46 + 0.05 * sin(x * 5) + 0.05 * fractalNoise(x * 4, 2, 4, 9);
  if (y < hill) {
    const tree = fractalNoise(x * 50, 3, 2, 10) > 0.5 && y > hill - 0.05 * fractalNoise(x * 60, 3, 2, 11) ? 0.5 : 0;
    return mix(mix([208, 220, 232], [238, 240, 242], y * 2), [96, 108, 110], tree);
  }
  return mix([214, 224, 236], [252, 253, 254], fractalNoise(x * 7, y * 16, 4, 12) * 1.2);
};

/** A cave: nearly black, a cold light in the middle. */
const cave: Painter = (x, y) => {
  const rock = fractalNoise(x * 9, y * 7, 5, 13);
  const mouth = exp(-((x - 0.54) ** 2 * 22 + (y - 0.42) ** 2 * 16));
  return mix(lit([46, 42, 44], 0.3 + rock * 0.8), [176, 204, 222], clamp(mouth * 1.5 - rock * 0.7, 0, 1));
};

/** Ink on paper: three ridges that fade, a pale sun. */
const ink: Painter = (x, y) => {
  const paper: Colour = lit([236, 229, 211], 0.95 + 0.08 * fractalNoise(x * 40, y * 40, 3, 14));
  let colour = (x - 0.78) ** 2 * 3.2 + (y - 0.2) ** 2 < 0.006 ? mix(paper, [196, 84, 66], 0.6) : paper;
  for (const [base, tone, seed] of [
    [0.42, 0.28, 15],
    [0.56, 0.5, 16],
    [0.74, 0.78, 17],
  ] as const) {
    const ridge = base - 0.26 * (fractalNoise(x * 3.2, seed, 5, seed) - 0.35);
    if (y > ridge)
      colour = mix(
        colour,
        [38, 40, 46],
        tone * exp(-(y - ridge) * 7) * (0.6 + 0.6 * fractalNoise(x * 20, y * 20, 3, seed)),
      );
  }
  return colour;
};

/** Dunes against a low sun on the right. */
const desert: Painter = (x, y) => {
  const crest = 0.55 + 0.07 * sin(x * 4.2 + 0.8) + 0.02 * sin(x * 11);
  if (y < crest) {
    const sun = exp(-((x - 0.86) ** 2 * 9 + (y - 0.4) ** 2 * 26));
    return mix(mix([96, 84, 132], [242, 158, 92], y * 1.7), [255, 240, 190], sun * 1.2);
  }
  const ripple = sin((y * 140) / (0.2 + y - crest) + 6 * fractalNoise(x * 6, y * 6, 3, 18)) * 0.5 + 0.5;
  return mix([104, 58, 44], [226, 150, 92], ripple * 0.35 + (0.3 + x * 0.45) * (1.2 - y));
};

/** Meadow mountains in thick strokes. */
const mountains: Painter = (x, y) => {
  const swirl = fractalNoise(x * 6 + y * 3, y * 6 - x * 2, 4, 19);
  const stroke = sin((x * 40 + swirl * 30) * (y < 0.35 ? 0.6 : 1.2) + y * 30) * 0.5 + 0.5;
  const peak = 0.3 + 0.22 * abs(fractalNoise(x * 2.6, 5, 4, 20) - 0.5) * 2;
  if (y < peak) return mix(mix([54, 100, 176], [246, 218, 150], y * 2.2), [250, 244, 220], stroke * 0.35);
  if (y < 0.6) return mix(mix([76, 82, 128], [150, 134, 160], stroke), [226, 222, 226], max(0, 0.5 - (y - peak) * 5));
  return mix(
    mix([62, 104, 52], [176, 178, 66], stroke * swirl * 1.6),
    [216, 92, 78],
    swirl > 0.66 && stroke > 0.7 ? 0.8 : 0,
  );
};

/** The scenes that are worked out pixel by pixel. */
export const PROCEDURAL_SCENES = { forest, beach, snowfield, cave, ink, desert, mountains } as const satisfies Readonly<
  Record<string, Painter>
>;

/** Paints one of them. */
export function paintedScene(name: keyof typeof PROCEDURAL_SCENES, width: number, height: number): RgbImage {
  const image = blankRaster(width, height, 3);
  const painter: Painter = PROCEDURAL_SCENES[name];
  for (let y = 0, o = 0; y < height; y++)
    for (let x = 0; x < width; x++, o += 3) {
      const colour = painter(x / width, y / height);
      for (let c = 0; c < 3; c++) image.pixels[o + c] = clamp(colour[c]!, 0, 255);
    }
  return image;
}
