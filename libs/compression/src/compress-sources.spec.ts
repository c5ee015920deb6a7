import sharp from 'sharp';
import { compressImage, configureSharp, type CompressOptions } from './index.ts';
import { paint, photo, pngOf } from './testing/make-pictures.ts';

const OPTIONS: CompressOptions = {
  maxSizeBytes: 30_000,
  acceptedFormats: ['jpeg'],
  background: '#ffffff',
  allowPassthrough: false,
};

/** Red above, blue below: shows which side is up. */
const flag = () => paint(300, 200, 3, (_x, y) => (y < 100 ? [220, 20, 20] : [20, 20, 220]));

/** Mean colour of the quarter of an image at the left or top. */
async function meanColour(image: Buffer, left: number, top: number, width: number, height: number) {
  const { channels } = await sharp(await sharp(image).extract({ left, top, width, height }).png().toBuffer()).stats();
  return channels.map((channel) => Math.round(channel.mean));
}

describe('sources of every kind', () => {
  beforeAll(() => configureSharp());

  it.each([1, 3, 6, 8])('comes out upright for EXIF orientation %d, without metadata', async (orientation) => {
    const source = await sharp(await pngOf(flag()))
      .withMetadata({ orientation })
      .jpeg()
      .toBuffer();
    const result = await compressImage(source, OPTIONS);
    const turned = orientation >= 5;
    const size = turned ? { width: 200, height: 300 } : { width: 300, height: 200 };
    expect(result).toMatchObject({ ...size, sourceWidth: size.width, sourceHeight: size.height });
    const metadata = await sharp(result.data).metadata();
    expect(metadata).toMatchObject(size);
    expect([metadata.orientation, metadata.exif, metadata.icc]).toEqual([undefined, undefined, undefined]);
    const redAt = { 1: [0, 0], 3: [0, 150], 6: [150, 0], 8: [0, 0] }[orientation]!;
    const colour = await meanColour(result.data, redAt[0]!, redAt[1]!, 40, 40);
    expect(colour[0]).toBeGreaterThan(180);
    expect(colour[2]).toBeLessThan(60);
  });

  it.each([
    [1, 1],
    [4000, 3],
    [3, 4000],
    [17, 1009],
  ])('takes a picture of %d x %d', async (width, height) => {
    const result = await compressImage(await pngOf(photo(width, height)), OPTIONS);
    expect(result).toMatchObject({ width, height, scale: 1 });
    expect(result.sizeBytes).toBeLessThanOrEqual(OPTIONS.maxSizeBytes);
  });

  it('keeps the aspect ratio to the nearest pixel at any longest side', async () => {
    const source = await pngOf(photo(701, 467));
    for (const maxSidePixels of [700, 333, 100, 7]) {
      const result = await compressImage(source, { ...OPTIONS, maxSidePixels });
      expect(result).toMatchObject({ width: maxSidePixels, height: Math.round((467 * maxSidePixels) / 701) });
    }
    expect(await compressImage(source, { ...OPTIONS, maxSidePixels: 2000 })).toMatchObject({ width: 701, height: 467 });
  });

  it('turns CMYK into sRGB', async () => {
    const cmyk = await sharp(await pngOf(flag()))
      .toColourspace('cmyk')
      .jpeg({ quality: 95 })
      .toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const result = await compressImage(cmyk, { ...OPTIONS, allowPassthrough: true });
    expect((await sharp(result.data).metadata()).space).toBe('srgb');
    const [red, , blue] = await meanColour(result.data, 0, 0, 300, 80);
    expect(red! - blue!).toBeGreaterThan(120);
  });

  it.each([
    ['colour', 'rgb16'],
    ['grey', 'grey16'],
  ] as const)('reduces 16-bit %s to 8 bits and keeps its brightness', async (_, space) => {
    const picture = paint(200, 100, space === 'rgb16' ? 3 : 1, (x) => [x, 200 - x, 90]);
    const source = await sharp(await pngOf(picture))
      .toColourspace(space)
      .png()
      .toBuffer();
    expect((await sharp(source).metadata()).depth).toBe('ushort');
    const result = await compressImage(source, OPTIONS);
    expect((await sharp(result.data).metadata()).depth).toBe('uchar');
    const [mean] = await meanColour(result.data, 0, 0, 200, 100);
    expect(Math.abs(mean! - 99.5)).toBeLessThan(3);
  });

  it('brings wide-gamut colours into sRGB', async () => {
    const source = await sharp(await pngOf(flag()))
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const result = await compressImage(source, OPTIONS);
    const colour = await meanColour(result.data, 0, 0, 300, 80);
    expect((await sharp(result.data).metadata()).icc).toBeUndefined();
    expect(Math.abs(colour[0]! - 220) + Math.abs(colour[1]! - 20)).toBeLessThan(14);
  });

  it('keeps grey pictures grey', async () => {
    const grey = await sharp(await pngOf(photo(500, 400)))
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const result = await compressImage(grey, OPTIONS);
    expect((await sharp(result.data).metadata()).channels).toBe(1);
    expect(result.sizeBytes).toBeLessThanOrEqual(OPTIONS.maxSizeBytes);
  });

  it('drops a transparency channel that is not used', async () => {
    const opaque = await sharp(await pngOf(photo(300, 200)))
      .ensureAlpha()
      .png()
      .toBuffer();
    const result = await compressImage(opaque, { ...OPTIONS, acceptedFormats: ['jpeg', 'webp'] });
    expect(result).toMatchObject({ format: 'jpeg', alphaFlattened: false, warnings: [] });
  });

  it('takes the first frame of an animation and says so', async () => {
    const frames = [
      [220, 20, 20],
      [20, 20, 220],
    ].map((colour) => paint(60, 40, 3, () => colour));
    const source = await sharp(
      frames.map((frame) => frame.data).reduce((a, b) => Buffer.concat([a, b])),
      {
        raw: { width: 60, height: 80, channels: 3, pageHeight: 40 },
      },
    )
      .gif({ delay: [100, 100] })
      .toBuffer();
    const result = await compressImage(source, { ...OPTIONS, allowPassthrough: true });
    expect(result).toMatchObject({
      sourceFormat: 'gif',
      width: 60,
      height: 40,
      warnings: [expect.stringContaining('2 frames')],
    });
    expect((await meanColour(result.data, 0, 0, 60, 40))[0]).toBeGreaterThan(200);
  });
});
