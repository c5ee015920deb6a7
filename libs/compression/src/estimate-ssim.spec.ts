import sharp from 'sharp';
import { openBitmap } from './bitmap.ts';
import { estimateSsim } from './estimate-ssim.ts';
import { paint, photo, pngOf } from './testing/make-pictures.ts';

const WHITE = '#ffffff';

describe('the estimate of quality', () => {
  const picture = photo(240, 161);

  it('is 1 for equal pixels', async () => {
    expect(await estimateSsim(picture, await pngOf(picture), WHITE)).toBeCloseTo(1, 10);
  });

  it('falls with the quality of an encode and with its size', async () => {
    const ssimOf = async (quality: number, width = 240) => {
      const data = await openBitmap(picture).resize(width).jpeg({ quality }).toBuffer();
      return (await estimateSsim(picture, data, WHITE))!;
    };
    const [fine, coarse, small] = [await ssimOf(95), await ssimOf(20), await ssimOf(95, 60)];
    expect(fine).toBeGreaterThan(coarse + 0.02);
    expect(fine).toBeGreaterThan(small + 0.02);
    expect(small).toBeGreaterThan(0);
  });

  it('is by the formula of the paper', async () => {
    // Flat pictures have no variance: only the term of the means is left.
    const flat = (value: number) => paint(16, 16, 3, () => [value, value, value]);
    const ssim = await estimateSsim(flat(100), await pngOf(flat(150)), WHITE);
    expect(ssim).toBeCloseTo((2 * 100 * 150 + 6.5025) / (100 ** 2 + 150 ** 2 + 6.5025), 6);
  });

  it('sees transparent pictures on the background', async () => {
    const clear = paint(32, 32, 4, (x) => [200, 0, 0, x < 16 ? 0 : 255]);
    const flattened = await sharp(await pngOf(clear))
      .flatten({ background: '#000000' })
      .png()
      .toBuffer();
    expect(await estimateSsim(clear, flattened, '#000000')).toBeCloseTo(1, 6);
    expect(await estimateSsim(clear, flattened, WHITE)).toBeLessThan(0.9);
  });

  it('is not made of pictures that hold no window', async () => {
    const tiny = paint(7, 20, 3, () => [1, 2, 3]);
    expect(await estimateSsim(tiny, await pngOf(tiny), WHITE)).toBeUndefined();
  });
});
