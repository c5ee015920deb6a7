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

/** The tiles of a bitmap by how busy they are, to be sampled. */
interface TileOrder {
  readonly bitmap: Bitmap;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly columns: number;
  /** Tiles, counted row by row, the flattest first. */
  readonly flattestFirst: readonly number[];
  readonly busyness: number;
}

/**
 * A sample of about `share` of the pixels that stands for all of them: tiles are ordered by how busy they are and every
 * n-th is taken (systematic sampling of a sorted list), so flat and busy regions have the weight they have in the picture.
 * Tiles are whole coding blocks, so the encoder meets no seams inside a block.
 */
export function sampleBitmap(bitmap: Bitmap, sampling: TileSize, share: number): BitmapSample {
  const wanted = Math.max(share, MIN_SAMPLE_PIXELS / pixelsOf(bitmap));
  if (wanted >= WHOLE_FROM_SHARE) return { bitmap, share: 1, busyness: 0 };
  return takeTiles(orderTiles(bitmap, sampling), wanted);
}

/** Looks at every tile. What does not fill a tile at the right and at the bottom is left out. */
export function orderTiles(bitmap: Bitmap, sampling: TileSize): TileOrder {
  const tileWidth = Math.min(sampling.tileWidth, bitmap.width);
  const tileHeight = Math.min(sampling.tileHeight, bitmap.height);
  const columns = Math.floor(bitmap.width / tileWidth);
  const tiles = columns * Math.floor(bitmap.height / tileHeight);
  const busyness = new Float64Array(tiles);
  for (let tile = 0; tile < tiles; tile += 1) {
    const left = (tile % columns) * tileWidth;
    const top = Math.floor(tile / columns) * tileHeight;
    busyness[tile] = busynessOf(bitmap, left, top, tileWidth, tileHeight);
  }
  const looks = tiles * Math.ceil((tileHeight - 1) / LOOK_EVERY_Y) * Math.ceil((tileWidth - 1) / LOOK_EVERY_X);
  return {
    bitmap,
    tileWidth,
    tileHeight,
    columns,
    flattestFirst: Array.from(busyness.keys()).sort((a, b) => busyness[a]! - busyness[b]!),
    busyness: busyness.reduce((sum, value) => sum + value, 0) / Math.max(1, looks),
  };
}

/** Every n-th tile of the order, about `share` of the pixels, stacked; all of the bitmap where that is every tile. */
export function takeTiles(order: TileOrder, share: number): BitmapSample {
  const { bitmap, tileWidth, tileHeight, columns, flattestFirst, busyness } = order;
  const { data, width, channels } = bitmap;
  const tiles = flattestFirst.length;
  const count = Math.max(1, Math.round((pixelsOf(bitmap) * share) / (tileWidth * tileHeight)));
  if (count >= tiles) return { bitmap, share: 1, busyness };
  const chosen = Array.from({ length: count }, (_, i) => flattestFirst[Math.floor(((i + 0.5) * tiles) / count)]!);
  // In the order of the picture, so that neighbours that were both taken stay neighbours. One below the other, though narrow
  // pictures take longer: side by side, flat and busy ones take turns in each row of blocks, which costs bytes.
  chosen.sort((a, b) => a - b);
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
  const shape = { width: tileWidth, height: count * tileHeight };
  return {
    bitmap: { data: sample, ...shape, channels },
    share: (shape.width * shape.height) / pixelsOf(bitmap),
    busyness,
  };
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
