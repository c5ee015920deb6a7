import type { RgbImage } from '../raster/raster.ts';
import { fillText } from './fill-text.ts';
import { loadTypeface } from './fonts.ts';
import { brokenLines, textWidth } from './set-text.ts';

const CAPTION_PX = 30;
const CAPTION_LINES = 3;
const LABEL_PX = 17;
const LIGHT = [246, 243, 234] as const;
const DARK = [51, 50, 47] as const;
const STRIP = [12, 13, 18] as const;
const STRIP_SHARE = 0.66;

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
  const top = image.height - height;
  darken(image, top);
  lines.forEach((line, n) => {
    const x = (image.width - textWidth(line, typeface) * sizePx) / 2;
    const baseline = top + sizePx * 0.35 + lineHeight * n + sizePx * 1.08;
    fillText(image, line, typeface, { x, baseline, sizePx, colour: LIGHT });
  });
}

/** Writes a name, on one line and cut to fit, centred in a box of the picture. */
export async function drawLabel(image: RgbImage, text: string, box: LabelBox, unit: number): Promise<void> {
  const typeface = await loadTypeface();
  const sizePx = Math.min(LABEL_PX * unit, box.height * 0.8);
  const [line] = brokenLines(text, typeface, box.width / sizePx, 1);
  if (!line || sizePx < 5) return;
  const x = box.x + (box.width - textWidth(line, typeface) * sizePx) / 2;
  fillText(image, line, typeface, { x, baseline: box.y + box.height / 2 + sizePx * 0.36, sizePx, colour: DARK });
}

/** Whole pixels; may reach over the edge of the picture. */
export interface LabelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Everything from a row on, so that light letters can be read on it. */
function darken({ pixels, width }: RgbImage, fromRow: number): void {
  for (let o = 3 * width * fromRow; o < pixels.length; o++) {
    pixels[o] = pixels[o]! + (STRIP[o % 3]! - pixels[o]!) * STRIP_SHARE;
  }
}
