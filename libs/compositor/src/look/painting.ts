import { blankRaster, type RgbImage } from '../raster/raster.ts';
import type { Look } from './look-context.ts';

const BAND_ROWS = 64;
const BRUSH_PX = 4;

/**
 * Brush strokes: the Kuwahara filter. Of the four squares that meet at a pixel, the calmest lends it its mean colour.
 * Source: Kuwahara et al., Processing of RI-angiocardiographic images, 1976. Worked in bands of rows, so that the tables
 * of sums stay small at any picture size.
 */
export const paint: Look = (image, { unit, figureMap }) => {
  const radius = Math.max(2, Math.round(BRUSH_PX * unit));
  // A finer brush for figures, so that faces stay faces.
  const fine = Math.max(1, Math.round(radius * 0.4));
  const out = blankRaster(image.width, image.height, 3);
  for (let first = 0; first < image.height; first += BAND_ROWS)
    paintBand(image, out, first, Math.min(image.height, first + BAND_ROWS), radius, fine, figureMap);
  return out;
};

function paintBand(
  image: RgbImage,
  out: RgbImage,
  first: number,
  end: number,
  broad: number,
  fine: number,
  figureMap: Uint8Array,
): void {
  const { width, height } = image;
  const top = Math.max(0, first - broad);
  const bottom = Math.min(height, end + broad);
  const { red, green, blue, luma, square } = sumsOf(image, top, bottom);
  const stride = width + 1;
  for (let y = first; y < end; y++)
    for (let x = 0; x < width; x++) {
      const radius = figureMap[y * width + x] ? fine : broad;
      let calmest = Infinity;
      let [upperLeft, upperRight, lowerLeft, lowerRight, area] = [0, 0, 0, 0, 1];
      for (let quadrant = 0; quadrant < 4; quadrant++) {
        const left = quadrant & 1 ? x : x < radius ? 0 : x - radius;
        const right = (quadrant & 1 ? (x + radius < width ? x + radius : width - 1) : x) + 1;
        const above = (quadrant & 2 ? y : y - radius < top ? top : y - radius) - top;
        const below = (quadrant & 2 ? (y + radius < bottom ? y + radius : bottom - 1) : y) + 1 - top;
        const a = above * stride + left;
        const b = above * stride + right;
        const c = below * stride + left;
        const d = below * stride + right;
        const n = (right - left) * (below - above);
        const mean = (luma[d]! - luma[b]! - luma[c]! + luma[a]!) / n;
        const variance = (square[d]! - square[b]! - square[c]! + square[a]!) / n - mean * mean;
        if (variance >= calmest) continue;
        calmest = variance;
        upperLeft = a;
        upperRight = b;
        lowerLeft = c;
        lowerRight = d;
        area = n;
      }
      const o = 3 * (y * width + x);
      out.pixels[o] = (red[lowerRight]! - red[upperRight]! - red[lowerLeft]! + red[upperLeft]!) / area;
      out.pixels[o + 1] = (green[lowerRight]! - green[upperRight]! - green[lowerLeft]! + green[upperLeft]!) / area;
      out.pixels[o + 2] = (blue[lowerRight]! - blue[upperRight]! - blue[lowerLeft]! + blue[upperLeft]!) / area;
    }
}

type Sums = Record<'red' | 'green' | 'blue' | 'luma' | 'square', Float64Array>;

// Summed-area tables of the rows from top to bottom, with a row and a column of zeros before them.
function sumsOf({ width, pixels }: RgbImage, top: number, bottom: number): Sums {
  const size = (width + 1) * (bottom - top + 1);
  const red = new Float64Array(size);
  const green = new Float64Array(size);
  const blue = new Float64Array(size);
  const luma = new Float64Array(size);
  const square = new Float64Array(size);
  for (let y = top; y < bottom; y++) {
    let [r, g, b, l, s] = [0, 0, 0, 0, 0];
    let i = (y - top + 1) * (width + 1) + 1;
    for (let x = 0, o = 3 * y * width; x < width; x++, o += 3, i++) {
      const value = 0.3 * pixels[o]! + 0.6 * pixels[o + 1]! + 0.1 * pixels[o + 2]!;
      const above = i - width - 1;
      red[i] = red[above]! + (r += pixels[o]!);
      green[i] = green[above]! + (g += pixels[o + 1]!);
      blue[i] = blue[above]! + (b += pixels[o + 2]!);
      luma[i] = luma[above]! + (l += value);
      square[i] = square[above]! + (s += value * value);
    }
  }
  return { red, green, blue, luma, square };
}
