import { clamp, type RgbaImage } from '../raster/raster.ts';
import type { Box } from './cutout.ts';

const OPAQUE = 100;

/**
 * The head of a body on four legs, seen from the side: at the end of the back with more mass above it; a tail has little.
 * Nothing when the highest place is in the middle, as on a person with outstretched arms.
 */
export function outstretchedHead(image: RgbaImage): Box | undefined {
  const { width, height } = image;
  const tops = columnTops(image);
  const backLine = medianOf(tops.subarray(Math.round(width * 0.38), Math.round(width * 0.62)));
  if (backLine < height * 0.06) return undefined;
  const leftMass = massAbove(image, backLine, 0, Math.round(width * 0.45));
  const rightMass = massAbove(image, backLine, Math.round(width * 0.55), width);
  // A lowered head leaves nothing above the back: guess the end that reaches lower, towards the ground.
  const onLeft = leftMass === rightMass ? tops[2]! > tops[width - 3]! : leftMass > rightMass;
  const from = onLeft ? 0 : Math.round(width * 0.55);
  const to = onLeft ? Math.round(width * 0.45) : width;
  let top = height;
  for (let x = from; x < to; x++) top = Math.min(top, tops[x]!);
  const headHeight = clamp((backLine - top) * 1.25, height * 0.24, height * 0.55);
  let sum = 0;
  let count = 0;
  for (let y = top; y < Math.min(height, top + headHeight); y++)
    for (let x = from; x < to; x++)
      if (image.pixels[4 * (y * width + x) + 3]! > OPAQUE) {
        sum += x;
        count++;
      }
  const centre = count > 0 ? sum / count : (from + to) / 2;
  const headWidth = Math.min(width * 0.4, headHeight);
  return { x: clamp(centre - headWidth / 2, 0, width - headWidth), y: top, width: headWidth, height: headHeight };
}

function columnTops({ pixels, width, height }: RgbaImage): Int32Array {
  const tops = new Int32Array(width).fill(height);
  for (let y = height - 1; y >= 0; y--)
    for (let x = 0; x < width; x++) if (pixels[4 * (y * width + x) + 3]! > OPAQUE) tops[x] = y;
  return tops;
}

function massAbove({ pixels, width }: RgbaImage, line: number, from: number, to: number): number {
  let mass = 0;
  for (let y = 0; y < line; y++) for (let x = from; x < to; x++) if (pixels[4 * (y * width + x) + 3]! > OPAQUE) mass++;
  return mass;
}

function medianOf(values: Int32Array): number {
  return values.slice().sort()[values.length >> 1] ?? 0;
}
