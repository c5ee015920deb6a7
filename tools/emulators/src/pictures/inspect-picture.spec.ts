import { inspectPicture } from '@framesong/providers';
import sharp, { type Sharp } from 'sharp';

const KINDS: readonly (readonly [name: string, mediaType: string, encode: (image: Sharp) => Sharp])[] = [
  ['png', 'image/png', (image) => image.png()],
  ['png with alpha', 'image/png', (image) => image.ensureAlpha(0.5).png()],
  ['jpeg', 'image/jpeg', (image) => image.jpeg()],
  ['progressive jpeg', 'image/jpeg', (image) => image.jpeg({ progressive: true })],
  ['jpeg with metadata', 'image/jpeg', (image) => image.withExif({ IFD0: { Artist: 'x'.repeat(3000) } }).jpeg()],
  ['webp', 'image/webp', (image) => image.webp()],
  ['lossless webp', 'image/webp', (image) => image.webp({ lossless: true })],
  ['webp with alpha', 'image/webp', (image) => image.ensureAlpha(0.5).webp()],
];

const SIZES = [
  [1, 1],
  [1280, 720],
  [333, 1001],
] as const;

describe('a picture that is only looked at', () => {
  it.each(KINDS)('is known as what it is: %s', async (_, mediaType, encode) => {
    for (const [width, height] of SIZES) {
      const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
      const bytes = await encode(
        sharp({ create: { width, height, channels: 3, background: 'red', noise } }),
      ).toBuffer();
      expect(inspectPicture(bytes)).toEqual({ mediaType, size: { widthPx: width, heightPx: height } });
      for (let tenth = 0; tenth < 10; tenth += 1) {
        expect(inspectPicture(bytes.subarray(0, Math.floor((bytes.length * tenth) / 10)))).toBeUndefined();
      }
    }
  });

  it.each([
    '',
    '<html></html>',
    'GIF89a',
    '\u00ff\u00d8\u00ff\u00ff\u00ff\u00d9',
    'RIFF\u0000\u0000\u0000\u0000WEBPVP8X',
  ])('is nothing else: %j', (text) => {
    expect(inspectPicture(Buffer.from(text, 'latin1'))).toBeUndefined();
    expect(inspectPicture(Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(100)]))).toBeUndefined();
  });
});
