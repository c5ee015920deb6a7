import { cutTiles, orderTiles, sampleBitmap, takeTiles } from './sample-bitmap.ts';
import { paint, photo } from './testing/make-pictures.ts';

const TILES = { tileWidth: 64, tileHeight: 16 };

describe('sampling tiles of a bitmap', () => {
  it('takes busy and flat regions in the proportion of the picture', () => {
    // Left three quarters flat, the rest busy.
    const bitmap = paint(1280, 960, 1, (x, y) => [x < 960 ? 100 : (x * 53 + y * 91) % 256]);
    const { bitmap: sample, share } = sampleBitmap(bitmap, TILES, 0.2);
    expect(share).toBeCloseTo(0.2, 2);
    const flat = sample.data.reduce((count, value) => count + (value === 100 ? 1 : 0), 0) / sample.data.length;
    expect(Math.abs(flat - 0.75)).toBeLessThan(0.02);
  });

  it('takes small bitmaps whole', () => {
    const bitmap = photo(300, 200);
    expect(sampleBitmap(bitmap, TILES, 0.05)).toEqual({ bitmap, share: 1, busyness: 0 });
  });

  it('takes every n-th tile from the flattest to the busiest', () => {
    // Eight tiles side by side, each busier than the one before.
    const bitmap = paint(512, 16, 1, (x, y) => [((x + y) % 2) * 10 * Math.floor(x / 64)]);
    const { bitmap: sample, share } = takeTiles(orderTiles(bitmap, TILES), 0.5);
    expect(share).toBe(0.5);
    expect(sample).toMatchObject({ width: 64, height: 64 });
    expect([0, 1, 2, 3].map((tile) => Math.max(...sample.data.subarray(tile * 1024, tile * 1024 + 1024)))).toEqual([
      10, 30, 50, 70,
    ]);
  });

  it('cuts tiles without losing or doubling a row', () => {
    const rows = paint(4, 40, 1, (_x, y) => [y]);
    const cut = cutTiles(rows, 16);
    const order = Array.from({ length: 40 }, (_, y) => cut.data[y * 4]);
    expect(order.slice(0, 16)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]);
    expect([...order].sort((a, b) => a! - b!)).toEqual(Array.from({ length: 40 }, (_, y) => y));
  });
});
