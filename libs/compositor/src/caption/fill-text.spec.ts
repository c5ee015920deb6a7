import { blankRaster, type RgbImage } from '../raster/raster.ts';
import { fillText } from './fill-text.ts';
import { loadTypeface } from './fonts.ts';
import { textWidth } from './set-text.ts';

const BLACK = [0, 0, 0] as const;

function paper(): RgbImage {
  const image = blankRaster(120, 120, 3);
  image.pixels.fill(255);
  return image;
}
const at = ({ pixels, width }: RgbImage, x: number, y: number) => pixels[3 * (y * width + x)]!;
const inkIn = ({ pixels }: RgbImage) => pixels.reduce((sum, value) => sum + 255 - value, 0) / 3 / 255;

describe('a line of text in a picture', () => {
  it('is filled, its holes stay open, and its edges are soft', async () => {
    const typeface = await loadTypeface();
    const image = paper();
    fillText(image, '口', typeface, { x: 10, baseline: 98, sizePx: 100, colour: BLACK });
    expect(at(image, 60, 60)).toBe(255);
    const middle = Array.from({ length: 120 }, (_, x) => at(image, x, 60));
    expect(middle.filter((value) => value === 0).length).toBeGreaterThanOrEqual(8);
    const shades = new Set(image.pixels);
    expect([...shades].filter((value) => value > 0 && value < 255).length).toBeGreaterThan(3);
  });

  it('has the same letters wherever it begins, and as much ink', async () => {
    const typeface = await loadTypeface();
    const [whole, between] = [paper(), paper()];
    fillText(whole, 'Mei 小', typeface, { x: 5, baseline: 60, sizePx: 30, colour: BLACK });
    fillText(between, 'Mei 小', typeface, { x: 5.5, baseline: 60.5, sizePx: 30, colour: BLACK });
    expect(inkIn(whole) / inkIn(between)).toBeCloseTo(1, 1);
    const right = 5 + textWidth('Mei 小', typeface) * 30;
    const columns = Array.from({ length: 120 }, (_, x) =>
      Math.min(...Array.from({ length: 120 }, (__, y) => at(whole, x, y))),
    );
    expect(columns.findLastIndex((value) => value < 200)).toBeLessThanOrEqual(Math.ceil(right));
  });

  it('is cut off at the edges of the picture', async () => {
    const typeface = await loadTypeface();
    const image = paper();
    for (const [x, baseline] of [
      [-40, 60],
      [90, 60],
      [30, 10],
      [30, 150],
      [500, 500],
    ] as const)
      // prettier-ignore
      fillText(image, '口字', typeface, { x, baseline, sizePx: 60, colour: BLACK });
    expect(inkIn(image)).toBeGreaterThan(500);
    expect(image.pixels).toHaveLength(3 * 120 * 120);
  });
});
