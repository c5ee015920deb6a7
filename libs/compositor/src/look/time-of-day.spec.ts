import { blankRaster } from '../raster/raster.ts';
import { sceneLuma } from './look-context.ts';
import { night } from './time-of-day.ts';

async function nightOf(level: number): Promise<number> {
  const image = blankRaster(160, 90, 3);
  image.pixels.fill(level);
  const figureMap = new Uint8Array(160 * 90);
  return sceneLuma(await night(image, { figureMap, seed: 1, unit: 0.125 }), figureMap);
}

describe('night', () => {
  it('darkens a day much and a picture of the night little, so that something is still to be seen', async () => {
    expect((await nightOf(150)) / 150).toBeLessThan(0.5);
    expect((await nightOf(36)) / 36).toBeGreaterThan(0.75);
    expect(await nightOf(36)).toBeLessThan(await nightOf(150));
  });
});
