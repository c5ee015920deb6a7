import { invalidField } from '@framesong/errors';
import sharp from 'sharp';
import { loadTypeface, type Typeface } from '../caption/fonts.ts';
import { brokenLines, linePath, textWidth } from '../caption/set-text.ts';
import { decodeReference } from '../input/decode-image.ts';
import type { RgbaImage } from '../raster/raster.ts';
import { sharpOf } from '../raster/sharp-raster.ts';
import { arrangeSheet, type Cell } from './arrange-sheet.ts';

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

const PAPER = '#f7f6f2';
const LINE = '#d9d6cc';
const INK = '#26251f';
const LABEL_LINES = 2;
/** Letters against the space for a label. */
const LETTERS = 0.3;
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
  const layers = await Promise.all(cells.map(async (cell, index) => layerOf(images[index]!, cell)));
  const words = cells.map((cell, index) => labelOf(pictures[index]!.label, cell, typeface));
  const frames = cells.map(
    ({ x, y, width, height }) => `<rect x="${x}" y="${y}" width="${width}" height="${height}"/>`,
  );
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <g fill="none" stroke="${LINE}" stroke-width="2">${frames.join('')}</g><g fill="${INK}">${words.join('')}</g></svg>`;
  const bytes = await sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: PAPER } })
    .composite([...layers, { input: Buffer.from(drawing) }])
    .png({ compressionLevel: 3 })
    .toBuffer();
  return { bytes, widthPx, heightPx };
}

async function layerOf(image: RgbaImage, { picture }: Cell) {
  const { x, y, width, height } = picture;
  const input = await sharpOf(image)
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return { input, left: x, top: y };
}

function labelOf(text: string, { label }: Cell, typeface: Typeface): string {
  const sizePx = label.height * LETTERS;
  const lines = brokenLines(text.trim(), typeface, (label.width * 0.94) / sizePx, LABEL_LINES);
  const top = label.y + (label.height - lines.length * sizePx * LINE_HEIGHT) / 2;
  return lines
    .map((line, index) => {
      const x = label.x + (label.width - textWidth(line, typeface) * sizePx) / 2;
      return linePath(line, typeface, x, top + sizePx * (LINE_HEIGHT * index + 1.02), sizePx);
    })
    .join('');
}
