import { drawLabel } from '../caption/draw-text.ts';
import { blankRaster } from '../raster/raster.ts';
import { blurred, rasterOf, sharpOf } from '../raster/sharp-raster.ts';
import type { StagedFigure } from '../staging/stage-figures.ts';
import type { Canvas } from './canvas.ts';

const FRAME_GREY = 244;
const SHADOW = 0.55;

/** Pins a reference that could not be cut out into the canvas as a photo with a white frame, its name on the broad lower side. */
export async function pinCard(canvas: Canvas, figure: StagedFigure, number: number, name: string): Promise<void> {
  const { box, cutout } = figure;
  const { width, height, pixels } = canvas.image;
  const photo = (await rasterOf(sharpOf(cutout.image).resize(box.width, box.height, { fit: 'fill' }), 4)).pixels;
  const margin = Math.max(1, Math.round(10 * canvas.unit));
  const outer = {
    left: box.x - margin,
    top: box.y - margin,
    right: box.x + box.width + margin,
    bottom: box.y + box.height + 3 * margin,
  };
  await dropShadow(canvas, outer, margin);
  for (let y = Math.max(0, outer.top); y < Math.min(height, outer.bottom); y++)
    for (let x = Math.max(0, outer.left); x < Math.min(width, outer.right); x++) {
      const target = y * width + x;
      const o = 3 * target;
      canvas.figureMap[target] = number;
      const inside = x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
      const s = 4 * ((y - box.y) * box.width + x - box.x);
      const alpha = inside ? photo[s + 3]! / 255 : 0;
      for (let c = 0; c < 3; c++)
        pixels[o + c] = inside ? FRAME_GREY + (photo[s + c]! - FRAME_GREY) * alpha : FRAME_GREY;
    }
  const label = { x: box.x, y: box.y + box.height, width: box.width, height: 3 * margin };
  await drawLabel(canvas.image, name, label, canvas.unit);
}

interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

async function dropShadow(canvas: Canvas, { left, top, right, bottom }: Edges, offset: number): Promise<void> {
  const { width, height, pixels } = canvas.image;
  const depth = blankRaster(width, height, 1);
  const clampX = (x: number) => Math.min(width, Math.max(0, x + Math.round(offset * 0.4)));
  for (let y = Math.max(0, top + offset); y < Math.min(height, bottom + offset); y++)
    depth.pixels.fill(255, y * width + clampX(left), y * width + clampX(right));
  const soft = (await blurred(depth, offset * 0.8)).pixels;
  for (let i = 0; i < soft.length; i++) {
    if (!soft[i]) continue;
    const factor = 1 - (soft[i]! / 255) * SHADOW;
    for (let o = 3 * i; o < 3 * i + 3; o++) pixels[o] = pixels[o]! * factor;
  }
}
