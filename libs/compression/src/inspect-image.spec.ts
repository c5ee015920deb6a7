import sharp from 'sharp';
import { configureSharp, inspectImage } from './index.ts';
import { cutOut, photo, pngOf } from './testing/make-pictures.ts';

describe('reading the header of an image', () => {
  let source: Buffer;

  beforeAll(async () => {
    configureSharp();
    source = await pngOf(photo(320, 200));
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    'tells format and size of %s from a prefix',
    async (format) => {
      const whole = await sharp(source).toFormat(format).toBuffer();
      const expected = { format, mediaType: `image/${format}`, width: 320, height: 200, orientation: 1, pages: 1 };
      await expect(inspectImage(whole)).resolves.toMatchObject(expected);
      await expect(inspectImage(whole.subarray(0, 2048))).resolves.toMatchObject(expected);
    },
  );

  it.each([
    ['lossless', { lossless: true }],
    ['with transparency', { lossless: false }],
  ])('reads WebP %s the same from a prefix as from the whole', async (_, options) => {
    const picture = await pngOf(options.lossless ? photo(200, 100) : cutOut(200, 100));
    const whole = await sharp(picture).webp(options).toBuffer();
    await expect(inspectImage(whole.subarray(0, 100))).resolves.toEqual(await inspectImage(whole));
  });

  it('gives the size as a viewer shows it', async () => {
    const turned = await sharp(source).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    await expect(inspectImage(turned)).resolves.toMatchObject({
      width: 200,
      height: 320,
      orientation: 6,
      hasMetadata: true,
    });
  });

  it.each([
    ['', 'IMAGE_EMPTY'],
    ['plain text', 'IMAGE_UNREADABLE'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'IMAGE_UNSUPPORTED'],
    ['II*\0 a TIFF while TIFF is off', 'IMAGE_UNSUPPORTED'],
    ['\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'IMAGE_UNSUPPORTED'],
    ['RIFF\x24\0\0\0WEBPVP8 ', 'IMAGE_UNREADABLE'],
  ])('refuses %j', async (text, reason) => {
    await expect(inspectImage(Buffer.from(text, 'latin1'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', reason });
  });
});
