import sharp from 'sharp';
import type { RgbImage } from '../raster/raster.ts';
import { rasterOf } from '../raster/sharp-raster.ts';
import { loadTypeface } from './fonts.ts';
import { brokenLines, linePath, textWidth } from './set-text.ts';

const CAPTION_PX = 30;
const CAPTION_LINES = 3;
const LABEL_PX = 17;

/**
 * Writes a caption over the lower edge of a picture, in place: light letters on a dark strip, centred, up to three lines.
 * @param unit pixels that one pixel of a frame 720 high has become.
 */
export async function drawCaption(image: RgbImage, text: string, unit: number): Promise<void> {
  const typeface = await loadTypeface();
  // A narrow frame has room for few letters: smaller ones then.
  const sizePx = Math.max(7, Math.min(CAPTION_PX * unit, image.width / 22));
  const lines = brokenLines(text, typeface, (image.width * 0.9) / sizePx, CAPTION_LINES);
  if (lines.length === 0) return;
  const lineHeight = sizePx * 1.45;
  const height = Math.min(image.height, Math.ceil(lines.length * lineHeight + sizePx * 0.7));
  const paths = lines.map((line, n) => {
    const x = (image.width - textWidth(line, typeface) * sizePx) / 2;
    return linePath(line, typeface, x, sizePx * 0.35 + lineHeight * n + sizePx * 1.08, sizePx);
  });
  const strip = `<rect width="${image.width}" height="${height}" fill="#0c0d12" fill-opacity=".66"/>`;
  await drawn(image, `${strip}<g fill="#f6f3ea">${paths.join('')}</g>`, 0, image.height - height, image.width, height);
}

/** Writes a name, on one line and cut to fit, centred in a box of the picture. */
export async function drawLabel(image: RgbImage, text: string, box: LabelBox, unit: number): Promise<void> {
  const typeface = await loadTypeface();
  const sizePx = Math.min(LABEL_PX * unit, box.height * 0.8);
  const [line] = brokenLines(text, typeface, box.width / sizePx, 1);
  if (!line || sizePx < 5) return;
  const x = (box.width - textWidth(line, typeface) * sizePx) / 2;
  const path = linePath(line, typeface, x, box.height / 2 + sizePx * 0.36, sizePx);
  await drawn(image, `<g fill="#33322f">${path}</g>`, box.x, box.y, box.width, box.height);
}

/** Whole pixels; may reach over the edge of the picture. */
export interface LabelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function drawn(image: RgbImage, content: string, left: number, top: number, width: number, height: number) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`;
  const layer = await rasterOf(sharp(Buffer.from(svg)).ensureAlpha(), 4);
  for (let y = Math.max(0, -top); y < Math.min(height, image.height - top); y++)
    for (let x = Math.max(0, -left); x < Math.min(width, image.width - left); x++) {
      const s = 4 * (y * width + x);
      const share = layer.pixels[s + 3]! / 255;
      const o = 3 * ((top + y) * image.width + left + x);
      for (let c = 0; c < 3; c++)
        image.pixels[o + c] = image.pixels[o + c]! + (layer.pixels[s + c]! - image.pixels[o + c]!) * share;
    }
}
