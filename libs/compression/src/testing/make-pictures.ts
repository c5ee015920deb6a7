import sharp from 'sharp';
import type { Bitmap } from '../bitmap.ts';

// Taken out once: looking up a global is slow inside jest's module sandbox, and these run for every pixel.
const { abs, cos, floor, hypot, imul, log2, max, min, round, sin } = Math;

/** A small generator of repeatable noise (mulberry32), 0 to 1. */
export function createNoise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Fills a bitmap by a function of the place. */
export function paint(
  width: number,
  height: number,
  channels: 1 | 3 | 4,
  colourAt: (x: number, y: number) => readonly number[],
): Bitmap {
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0, at = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, at += channels) {
      const colour = colourAt(x, y);
      for (let channel = 0; channel < channels; channel += 1) data[at + channel] = colour[channel]!;
    }
  return { data, width, height, channels };
}

export function pngOf({ data, width, height, channels }: Bitmap): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 1 }).toBuffer();
}

/** Like a photograph: a sky without detail, ground with texture of all sizes, some hard shapes, sensor noise. */
export function photo(width: number, height: number, seed = 1): Bitmap {
  const noise = createNoise(seed);
  const grids = [8, 32, 128].map((cells) => ({
    cells,
    values: Float32Array.from({ length: (cells + 2) * (cells + 2) }, () => noise() - 0.5),
  }));
  const longest = max(width, height);
  const texture = (x: number, y: number) => {
    let sum = 0;
    for (const { cells, values } of grids) {
      const u = (x / longest) * cells;
      const v = (y / longest) * cells;
      const i = floor(u);
      const j = floor(v);
      const at = j * (cells + 2) + i;
      const top = values[at]! + (values[at + 1]! - values[at]!) * (u - i);
      const bottom = values[at + cells + 2]! + (values[at + cells + 3]! - values[at + cells + 2]!) * (u - i);
      sum += (top + (bottom - top) * (v - j)) * (1.6 / log2(cells));
    }
    return sum;
  };
  return paint(width, height, 3, (x, y) => {
    const horizon = 0.4 * height;
    const grain = (noise() - 0.5) * 8;
    const inDisc = (x - 0.7 * width) ** 2 + (y - 0.3 * height) ** 2 < (0.12 * longest) ** 2;
    if (inDisc) return [210 + grain, 120 + grain, 60 + grain];
    const value = texture(x, y);
    if (y < horizon) return [90 + value * 40, 140 + (60 * y) / horizon + grain / 2, 210 + value * 20].map(clampByte);
    return [110 + value * 220 + grain, 100 + value * 180 + grain, 60 + value * 120 + grain].map(clampByte);
  });
}

/** Strokes on white, like a storyboard panel: few colours, hard edges. */
export function lineArt(width: number, height: number): Bitmap {
  return paint(width, height, 3, (x, y) => {
    const ring = abs(hypot(x - width / 2, y - height / 2) - min(width, height) / 3) < 3;
    const hatch = (x + 2 * y) % 97 < 3 && y > height / 2;
    return ring || hatch ? [20, 20, 30] : x % 311 < 2 ? [180, 30, 30] : [255, 255, 255];
  });
}

/** A coloured figure with soft edges on nothing. */
export function cutOut(width: number, height: number): Bitmap {
  const noise = createNoise(3);
  return paint(width, height, 4, (x, y) => {
    const distance = hypot(x - width / 2, y - height / 2) / (min(width, height) / 2.5);
    const alpha = clampByte((1.1 - distance) * 900);
    const grain = noise() * 30;
    return [150 + 80 * sin(x / 90) + grain, 90 + grain, 120 + 60 * cos(y / 70), alpha].map(clampByte);
  });
}

/** A picture that is all alpha: one colour whose transparency draws it. */
export function alphaSheet(width: number, height: number): Bitmap {
  const noise = createNoise(5);
  return paint(width, height, 4, (x, y) => {
    const wave = sin(x / 40) * cos(y / 55);
    return [0, 0, 0, clampByte(128 + 100 * wave + noise() * 40)];
  });
}

function clampByte(value: number): number {
  return max(0, min(255, round(value)));
}
