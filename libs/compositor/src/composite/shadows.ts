import { blankRaster, clamp } from '../raster/raster.ts';
import { blurred } from '../raster/sharp-raster.ts';
import type { StagedFigure } from '../staging/stage-figures.ts';
import type { Canvas } from './canvas.ts';

const CONTACT_DEPTH = 175;
const CAST_DEPTH = 80;
const CAST_LENGTH = 0.34;
const CAST_FLATNESS = 0.28;
const STRENGTH = 0.75;

/** Darkens the ground under and behind the figures that stand on it, before they are painted. */
export async function castShadows(canvas: Canvas, figures: readonly StagedFigure[]): Promise<void> {
  const standing = figures.filter((figure) => figure.grounded);
  if (standing.length === 0) return;
  const { width, height, pixels } = canvas.image;
  const depth = blankRaster(width, height, 1);
  for (const figure of standing) {
    contactShadow(depth.pixels, width, height, figure);
    laidDownShadow(depth.pixels, width, height, figure, canvas.light.side);
  }
  const soft = (await blurred(depth, 4 * canvas.unit)).pixels;
  for (let i = 0, o = 0; i < soft.length; i++, o += 3) {
    if (!soft[i]) continue;
    const factor = 1 - (soft[i]! / 255) * STRENGTH;
    pixels[o] = pixels[o]! * factor;
    pixels[o + 1] = pixels[o + 1]! * factor;
    // Shadows of an open sky are bluish.
    pixels[o + 2] = pixels[o + 2]! * (factor * 0.94 + 0.06);
  }
}

// A flat dark ellipse where the feet meet the ground.
function contactShadow(depth: Uint8Array, width: number, height: number, { box, head, cutout }: StagedFigure): void {
  const upright = cutout.image.height >= cutout.image.width;
  const radiusX = upright ? Math.min(box.width * 0.42, head.height * 1.25) : box.width * 0.4;
  const radiusY = Math.max(height * 0.006, radiusX * (upright ? 0.17 : 0.1));
  const centreX = box.x + box.width / 2;
  const centreY = box.y + box.height - height * 0.003;
  const bottom = Math.min(height, Math.ceil(centreY + radiusY * 1.3));
  const right = Math.min(width, Math.ceil(centreX + radiusX * 1.3));
  for (let y = Math.max(0, Math.floor(centreY - radiusY * 1.3)); y < bottom; y++)
    for (let x = Math.max(0, Math.floor(centreX - radiusX * 1.3)); x < right; x++) {
      const reach = ((x - centreX) / radiusX) ** 2 + ((y - centreY) / radiusY) ** 2;
      const value = CONTACT_DEPTH * (1 - reach / 1.6);
      const i = y * width + x;
      if (value > depth[i]!) depth[i] = value;
    }
}

// The outline laid on the ground, away from the light.
function laidDownShadow(depth: Uint8Array, width: number, height: number, figure: StagedFigure, side: number): void {
  const { box, scale, cutout } = figure;
  const { width: sourceWidth, height: sourceHeight, pixels } = cutout.image;
  const lean = (Math.abs(side) < 0.05 ? 0.35 : -side * 0.9) * CAST_LENGTH;
  for (let y = 0; y < box.height; y++) {
    const above = box.height - y;
    const targetY = Math.round(box.y + box.height - above * CAST_LENGTH * CAST_FLATNESS);
    if (targetY < 0 || targetY >= height) continue;
    const row = Math.min(sourceHeight - 1, Math.floor(y / scale)) * sourceWidth;
    const value = CAST_DEPTH * (1 - (above / box.height) * 0.8);
    for (let x = 0; x < box.width; x++) {
      if (pixels[4 * (row + Math.min(sourceWidth - 1, Math.floor(x / scale))) + 3]! < 90) continue;
      const targetX = Math.round(box.x + x + lean * above);
      if (targetX !== clamp(targetX, 0, width - 1)) continue;
      const i = targetY * width + targetX;
      if (value > depth[i]!) depth[i] = value;
    }
  }
}
