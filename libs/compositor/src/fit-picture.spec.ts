import sharp from 'sharp';
import { fitPicture } from './fit-picture.ts';

const SIZE = { widthPx: 64, heightPx: 36 };

describe('a picture that somebody else has made', () => {
  it('becomes a PNG of exactly the wanted size, from the part that is kept', async () => {
    const left = await sharp({ create: { width: 20, height: 72, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const made = await sharp({ create: { width: 148, height: 72, channels: 3, background: '#00f' } })
      .composite([{ input: left, left: 0, top: 0 }])
      .webp({ lossless: true })
      .toBuffer();
    const crop = { leftPx: 20, topPx: 0, widthPx: 128, heightPx: 72 };
    const fitted = await fitPicture(made, { crop, resizeTo: SIZE });
    const { format, width, height } = await sharp(fitted).metadata();
    expect({ format, width, height }).toEqual({ format: 'png', width: 64, height: 36 });
    const { channels } = await sharp(fitted).stats();
    expect(channels.map(({ min, max }) => [min, max])).toEqual([[0, 0], [0, 0], [255, 255]]); // prettier-ignore
  });

  it('is refused when it is cut off', async () => {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
    const made = await sharp({ create: { width: 64, height: 36, channels: 3, background: '#000', noise } })
      .png()
      .toBuffer();
    const fit = { crop: { leftPx: 0, topPx: 0, ...SIZE }, resizeTo: SIZE };
    await expect(fitPicture(made.subarray(0, made.length / 2), fit)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
