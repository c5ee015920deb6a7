import { boxMean } from '../raster/box-filter.ts';
import { connectedComponents, largestComponent } from '../raster/components.ts';
import { blankRaster, type RgbaImage } from '../raster/raster.ts';
import type { Box, Matte } from './cutout.ts';

const LEAST_PART_SHARE = 0.04;

/** Removes, in place, loose parts smaller than 4 % of the largest one, with their soft surroundings. */
export function removeLooseParts(alpha: Float32Array, width: number, height: number): void {
  const mask = new Uint8Array(alpha.length);
  for (let i = 0; i < mask.length; i++) mask[i] = alpha[i]! > 0.35 ? 1 : 0;
  const parts = connectedComponents(mask, width, height);
  const least = parts.areasPx[largestComponent(parts)]! * LEAST_PART_SHARE;
  const kept = new Float32Array(alpha.length);
  for (let i = 0; i < kept.length; i++)
    kept[i] = parts.labels[i]! > 0 && parts.areasPx[parts.labels[i]!]! >= least ? 1 : 0;
  const near = boxMean(kept, width, height, 3);
  for (let i = 0; i < alpha.length; i++)
    // The running sums of the filter leave traces of rounding where there is nothing.
    if (near[i]! < 1e-3 || (mask[i] && !kept[i])) alpha[i] = 0;
}

/** The rectangle around everything that is mostly opaque; nothing when there is no such pixel. */
export function outlineBox(alpha: Float32Array, width: number, height: number): Box | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (alpha[y * width + x]! > 0.3) {
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        bottom = y;
      }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** The part of the picture within `box`, with the matte as its alpha. */
export function trimmed({ image, alpha }: Matte, box: Box): RgbaImage {
  const out = blankRaster(box.width, box.height, 4);
  for (let y = 0, target = 0; y < box.height; y++)
    for (let x = 0; x < box.width; x++, target += 4) {
      const pixel = (y + box.y) * image.width + x + box.x;
      out.pixels[target] = image.pixels[4 * pixel]!;
      out.pixels[target + 1] = image.pixels[4 * pixel + 1]!;
      out.pixels[target + 2] = image.pixels[4 * pixel + 2]!;
      out.pixels[target + 3] = Math.round(alpha[pixel]! * 255);
    }
  return out;
}

/** True when the figure meets the picture's lower edge over more than 30 % of its own width. */
export function isCropped(alpha: Float32Array, width: number, height: number, box: Box): boolean {
  if (box.y + box.height < height - 3) return false;
  const row = Math.max(0, height - 3) * width;
  const lowest = (height - 1) * width;
  let touching = 0;
  for (let x = box.x; x < box.x + box.width; x++) if (alpha[row + x]! > 0.5 || alpha[lowest + x]! > 0.5) touching++;
  return touching > box.width * 0.3;
}
