import { clamp, type RgbaImage } from '../raster/raster.ts';
import type { Box } from './cutout.ts';
import { outstretchedHead } from './outstretched-head.ts';

const OPAQUE = 100;

/**
 * Where the head probably is, from the outline alone: above the first narrowing below the crown; of a body that is wider
 * than tall, at the end that rises above the back.
 */
export function estimateHead(image: RgbaImage, cropped: boolean): Box {
  if (!cropped && image.width > image.height * 0.9) {
    const head = outstretchedHead(image);
    if (head) return head;
  }
  return headOnTop(image, cropped);
}

function headOnTop(image: RgbaImage, cropped: boolean): Box {
  const { width, height } = image;
  const { counts, sums } = rowProfile(image);
  const breadth = smoothed(counts, Math.max(2, Math.round(height / 220)));
  const neck = neckBelow(breadth);
  // Without a neck the head is a guess; with one it may be large, as on cartoon figures.
  const most = cropped ? 0.6 : neck.found ? 0.45 : 0.22;
  const headHeight = clamp(neck.at || height * 0.2, height * (cropped ? 0.12 : 0.1), height * most);
  let sum = 0;
  let count = 0;
  let widest = 1;
  for (let y = 0; y < headHeight; y++) {
    sum += sums[y]!;
    count += counts[y]!;
    widest = Math.max(widest, breadth[y]!);
  }
  const centre = count > 0 ? sum / count : width / 2;
  const headWidth = Math.min(widest, headHeight * 0.85);
  return { x: centre - headWidth / 2, y: 0, width: headWidth, height: headHeight };
}

function rowProfile({ pixels, width, height }: RgbaImage): { counts: Float32Array; sums: Float32Array } {
  const counts = new Float32Array(height);
  const sums = new Float32Array(height);
  for (let y = 0, o = 3; y < height; y++)
    for (let x = 0; x < width; x++, o += 4)
      if (pixels[o]! > OPAQUE) {
        counts[y]!++;
        sums[y]! += x;
      }
  return { counts, sums };
}

function smoothed(values: Float32Array, reach: number): Float32Array {
  return values.map((_, i) => {
    const window = values.subarray(Math.max(0, i - reach), i + reach + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
}

// A head is about as tall as wide, and what follows is narrower. Long hair hides the neck: then it ends where the
// shoulders begin, as the first row that is deeper than the head is broad.
function neckBelow(breadth: Float32Array): { at: number; found: boolean } {
  const height = breadth.length;
  let widest = 0;
  let scanned = 0;
  let proportioned = 0;
  for (let y = 4; y < height && proportioned === 0; y++) {
    while (scanned < y * 0.65) widest = Math.max(widest, breadth[scanned++]!);
    if (y >= 1.2 * widest && y > height * 0.05) proportioned = y;
  }
  widest = 0;
  for (let y = 2; y < Math.min(height, proportioned * 1.45); y++) {
    widest = Math.max(widest, breadth[y]!);
    const below = breadth[Math.min(height - 1, y + 6)]!;
    if (y > proportioned * 0.7 && breadth[y]! < widest * 0.86 && breadth[y]! <= below) return { at: y, found: true };
  }
  return { at: proportioned, found: false };
}
