import { invalidField } from '@framesong/errors';
import { fillText, type TextPlace } from '../caption/fill-text.ts';
import { loadTypeface, type Typeface } from '../caption/fonts.ts';
import { brokenLines, textWidth } from '../caption/set-text.ts';
import { encodeFrame } from '../encode-frame.ts';
import { decodeReference } from '../input/decode-image.ts';
import { blankRaster, type RgbaImage, type RgbImage } from '../raster/raster.ts';
import { rasterOf, sharpOf } from '../raster/sharp-raster.ts';
import { arrangeSheet, type Cell, type SheetBox } from './arrange-sheet.ts';

type Colour = TextPlace['colour'];

/** A picture of a collage, with what stands below it. */
export interface CollagePicture {
  /** Chinese or English; at most two lines of it are written. */
  readonly label: string;
  /** JPEG, PNG, WebP, AVIF, TIFF or GIF. */
  readonly bytes: Uint8Array;
}

/** A sheet of pictures. */
export interface Collage {
  /** PNG. */
  readonly bytes: Buffer;
  readonly widthPx: number;
  readonly heightPx: number;
}

const PAPER = [247, 246, 242] as const;
const LINE = [217, 214, 204] as const;
const INK = [38, 37, 31] as const;
const LABEL_LINES = 2;
/** Letters against the space for a label. */
const LETTERS = 0.36;
const LINE_HEIGHT = 1.35;

/**
 * Lays pictures out on one light sheet, in reading order, each whole and upright in a cell of its own with its label below.
 * Transparent parts show the paper. No picture is enlarged. The same pictures give the same bytes.
 * @throws FramesongError INVALID_ARGUMENT when there is none, or one cannot be read
 */
export async function drawCollage(pictures: readonly CollagePicture[], maxSidePx: number): Promise<Collage> {
  if (pictures.length === 0) throw invalidField('pictures', 'must hold at least one picture');
  const typeface = await loadTypeface();
  const images = await Promise.all(
    pictures.map(({ bytes }, index) => decodeReference(bytes, `pictures[${index}]`, maxSidePx)),
  );
  const { widthPx, heightPx, cells } = arrangeSheet(images, maxSidePx);
  const sheet = blankRaster(widthPx, heightPx, 3);
  paint(sheet, { x: 0, y: 0, width: widthPx, height: heightPx }, PAPER);
  for (const [index, cell] of cells.entries()) {
    frame(sheet, cell);
    await place(sheet, images[index]!, cell.picture);
    write(sheet, pictures[index]!.label, cell, typeface);
  }
  return { bytes: await encodeFrame(sheet, 'png'), widthPx, heightPx };
}

function paint({ pixels, width: row }: RgbImage, { x, y, width, height }: SheetBox, colour: Colour): void {
  for (let at = y; at < y + height; at++)
    for (let o = 3 * (at * row + x); o < 3 * (at * row + x + width); o += 3) pixels.set(colour, o);
}

function frame(sheet: RgbImage, { x, y, width, height }: SheetBox): void {
  for (const edge of [
    { x, y, width, height: 1 },
    { x, y: y + height - 1, width, height: 1 },
    { x, y, width: 1, height },
    { x: x + width - 1, y, width: 1, height },
  ])
    paint(sheet, edge, LINE);
}

async function place(sheet: RgbImage, image: RgbaImage, { x, y, width, height }: SheetBox): Promise<void> {
  const { pixels } = await rasterOf(sharpOf(image).resize(width, height, { fit: 'fill', kernel: 'lanczos3' }), 4);
  for (let source = 0; source < pixels.length; source += 4) {
    const at = source / 4;
    const o = 3 * ((y + Math.floor(at / width)) * sheet.width + x + (at % width));
    const share = pixels[source + 3]! / 255;
    for (let c = 0; c < 3; c++)
      sheet.pixels[o + c] = sheet.pixels[o + c]! + (pixels[source + c]! - sheet.pixels[o + c]!) * share;
  }
}

function write(sheet: RgbImage, text: string, { label }: Cell, typeface: Typeface): void {
  const sizePx = label.height * LETTERS;
  const lines = brokenLines(text.trim(), typeface, (label.width * 0.94) / sizePx, LABEL_LINES);
  const top = label.y + (label.height - lines.length * sizePx * LINE_HEIGHT) / 2;
  lines.forEach((line, index) => {
    const x = label.x + (label.width - textWidth(line, typeface) * sizePx) / 2;
    const baseline = top + sizePx * (LINE_HEIGHT * index + 1.02);
    fillText(sheet, line, typeface, { x, baseline, sizePx, colour: INK });
  });
}
