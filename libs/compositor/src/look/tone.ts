import type { RgbImage } from '../raster/raster.ts';
import { bounded, type Look } from './look-context.ts';

function scaled(image: RgbImage, red: number, green: number, blue: number, lift: number): RgbImage {
  const { pixels } = image;
  for (let o = 0; o < pixels.length; o += 3) {
    pixels[o] = bounded(pixels[o]! * red + lift);
    pixels[o + 1] = bounded(pixels[o + 1]! * green + lift);
    pixels[o + 2] = bounded(pixels[o + 2]! * blue + lift);
  }
  return image;
}

/** Towards lamp light. */
export const warm: Look = (image) => scaled(image, 1.06, 1.0, 0.87, 3);

/** Towards daylight in the shade. */
export const cold: Look = (image) => scaled(image, 0.88, 0.99, 1.09, 3);

// Grey through one curve, then tinted by the three factors and lifts.
function grey(image: RgbImage, curve: Float32Array, factors: readonly number[], lifts: readonly number[]): RgbImage {
  const { pixels } = image;
  const [redFactor = 1, greenFactor = 1, blueFactor = 1] = factors;
  const [redLift = 0, greenLift = 0, blueLift = 0] = lifts;
  for (let o = 0; o < pixels.length; o += 3) {
    const value = curve[(0.299 * pixels[o]! + 0.587 * pixels[o + 1]! + 0.114 * pixels[o + 2]!) | 0]!;
    pixels[o] = bounded(value * redFactor + redLift);
    pixels[o + 1] = bounded(value * greenFactor + greenLift);
    pixels[o + 2] = bounded(value * blueFactor + blueLift);
  }
  return image;
}

// Deep blacks and hard lights, as a sigmoid around a dark middle.
const NOIR_CURVE = Float32Array.from({ length: 256 }, (_, value) => 255 / (1 + Math.exp(-(value / 255 - 0.45) * 7)));
const STRAIGHT_CURVE = Float32Array.from({ length: 256 }, (_, value) => value);

/** Black and white of much contrast. */
export const noir: Look = (image) => grey(image, NOIR_CURVE, [1, 1, 1], [0, 0, 0]);

/** An old brown print. */
export const sepia: Look = (image) => grey(image, STRAIGHT_CURVE, [1.04, 0.91, 0.72], [14, 7, 2]);
