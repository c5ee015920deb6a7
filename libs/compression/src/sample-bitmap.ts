import { pixelsOf, type Bitmap } from './bitmap.ts';
import type { Sampling } from './codecs.ts';

/** Some tiles of a bitmap, stacked, and the share of its pixels that they are. */
export interface BitmapSample {
  readonly bitmap: Bitmap;
  readonly share: number;
  /** Mean difference of neighbours over the whole picture, right and below added up; 0 when the sample is all of it. */
  readonly busyness: number;
}

type TileSize = Pick<Sampling, 'tileWidth' | 'tileHeight'>;

const MIN_SAMPLE_PIXELS = 160_000;
/** From this share on the whole bitmap is as cheap as its parts and exact. */
const WHOLE_FROM_SHARE = 0.6;
/** Pixels between two that are looked at when the busyness of a tile is measured. */
const LOOK_EVERY_X = 8;
const LOOK_EVERY_Y = 4;

/**
 * A sample of about `share` of the pixels that stands for all of them: tiles are ordered by how busy they are and every
 * n-th is taken (systematic sampling of a sorted list), so flat and busy regions have the weight they have in the picture.
 * Tiles are whole coding blocks, so the encoder meets no seams inside a block.
 */
export function sampleBitmap(bitmap: Bitmap, sampling: TileSize, share: number): BitmapSample {
  const pixels = pixelsOf(bitmap);
  const wanted = Math.max(share, MIN_SAMPLE_PIXELS / pixels);
  const whole = { bitmap, share: 1, busyness: 0 };
  if (wanted >= WHOLE_FROM_SHARE) return whole;
  const { data, width, channels } = bitmap;
  const tileWidth = Math.min(sampling.tileWidth, width);
  const tileHeight = Math.min(sampling.tileHeight, bitmap.height);
  const columns = Math.floor(width / tileWidth);
  const rows = Math.floor(bitmap.height / tileHeight);
  const count = Math.max(1, Math.round((pixels * wanted) / (tileWidth * tileHeight)));
  if (count >= columns * rows) return whole;

  const { chosen, busyness } = everyNthByBusyness(bitmap, tileWidth, tileHeight, columns * rows, columns, count);
  const rowBytes = tileWidth * channels;
  const sample = Buffer.allocUnsafe(count * tileHeight * rowBytes);
  let at = 0;
  for (const tile of chosen) {
    const left = (tile % columns) * tileWidth;
    const top = Math.floor(tile / columns) * tileHeight;
    for (let y = top; y < top + tileHeight; y += 1, at += rowBytes) {
      const from = (y * width + left) * channels;
      data.copy(sample, at, from, from + rowBytes);
    }
  }
  const height = count * tileHeight;
  return {
    bitmap: { data: sample, width: tileWidth, height, channels },
    share: (tileWidth * height) / pixels,
    busyness,
  };
}

function everyNthByBusyness(
  bitmap: Bitmap,
  tileWidth: number,
  tileHeight: number,
  tiles: number,
  columns: number,
  count: number,
): { chosen: number[]; busyness: number } {
  const busyness = new Float64Array(tiles);
  for (let tile = 0; tile < tiles; tile += 1)
    busyness[tile] = busynessOf(
      bitmap,
      (tile % columns) * tileWidth,
      Math.floor(tile / columns) * tileHeight,
      tileWidth,
      tileHeight,
    );
  const sorted = Array.from(busyness.keys()).sort((a, b) => busyness[a]! - busyness[b]!);
  const chosen = Array.from({ length: count }, (_, i) => sorted[Math.floor(((i + 0.5) * tiles) / count)]!);
  // In the order of the picture, so that neighbours that were both taken stay neighbours.
  chosen.sort((a, b) => a - b);
  const looks = tiles * Math.ceil((tileHeight - 1) / LOOK_EVERY_Y) * Math.ceil((tileWidth - 1) / LOOK_EVERY_X);
  return { chosen, busyness: busyness.reduce((sum, value) => sum + value, 0) / Math.max(1, looks) };
}

/** Sum of differences between near pixels of one channel (green in RGB): cheap, and close to what coding costs. */
function busynessOf(bitmap: Bitmap, left: number, top: number, tileWidth: number, tileHeight: number): number {
  const { data, width, channels } = bitmap;
  const green = channels === 1 ? 0 : 1;
  const below = width * channels;
  let sum = 0;
  for (let y = 0; y < tileHeight - 1; y += LOOK_EVERY_Y)
    for (let x = 0; x < tileWidth - 1; x += LOOK_EVERY_X) {
      const at = ((top + y) * width + left + x) * channels + green;
      const value = data[at]!;
      sum += Math.abs(value - data[at + channels]!) + Math.abs(value - data[at + below]!);
    }
  return sum;
}

/** The sample with every tile cut in two across, upper halves first: the same pixels with twice the seams. */
export function cutTiles(sample: Bitmap, tileHeight: number): Bitmap {
  const halfBytes = Math.floor(tileHeight / 2) * sample.width * sample.channels;
  const data = Buffer.allocUnsafe(sample.data.length);
  let at = 0;
  for (const part of [0, 1])
    for (let from = part * halfBytes; from < data.length; from += 2 * halfBytes)
      at += sample.data.copy(data, at, from, from + halfBytes);
  return { ...sample, data };
}

/** A part of every tile of a stacked sample: the upper left quarter, whole coding blocks. */
export function quarterTiles({ bitmap, share, busyness }: BitmapSample, sampling: TileSize): BitmapSample {
  const { data, channels } = bitmap;
  const tileHeight = Math.min(sampling.tileHeight, bitmap.height);
  const tiles = Math.floor(bitmap.height / tileHeight);
  const [width, height] = [bitmap.width >> 1, tileHeight >> 1];
  const quarter = Buffer.allocUnsafe(tiles * width * height * channels);
  let at = 0;
  for (let tile = 0; tile < tiles; tile += 1)
    for (let y = 0; y < height; y += 1) {
      const from = (tile * tileHeight + y) * bitmap.width * channels;
      at += data.copy(quarter, at, from, from + width * channels);
    }
  return { bitmap: { data: quarter, width, height: tiles * height, channels }, share: share / 4, busyness };
}
