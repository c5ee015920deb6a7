import sharp from 'sharp';
import { compressImage, configureSharp, type CompressOptions, type CompressResult } from './index.ts';
import { alphaSheet, cutOut, lineArt, photo, pngOf } from './testing/make-pictures.ts';

const KB = 1024;
const JPEG_ONLY = { acceptedFormats: ['jpeg'], background: '#ffffff', allowPassthrough: false } as const;

async function fills(source: Buffer, options: Omit<CompressOptions, 'maxSizeBytes'>, budgetsKb: readonly number[]) {
  const results: { readonly fill: number; readonly result: CompressResult }[] = [];
  for (const kb of budgetsKb) {
    const result = await compressImage(source, { ...options, maxSizeBytes: kb * KB });
    const counted = options.budgetEncoding === 'base64' ? result.base64SizeBytes : result.sizeBytes;
    results.push({ fill: counted / (kb * KB), result });
  }
  return results;
}

describe('bringing a picture under a byte budget', () => {
  let large: Buffer;
  let tall: Buffer;

  beforeAll(async () => {
    configureSharp();
    large = await pngOf(photo(1800, 1200));
    tall = await pngOf(photo(640, 900, 7));
  });

  it.each(['binary', 'base64'] as const)(
    'fills 90 to 100 %% of any budget with a JPEG (%s)',
    async (budgetEncoding) => {
      const options = { ...JPEG_ONLY, budgetEncoding };
      for (const source of [large, tall])
        for (const { fill, result } of await fills(source, options, [20, 45, 80, 150, 300])) {
          expect(fill).toBeLessThanOrEqual(1);
          if (result.quality! < 92) expect(fill).toBeGreaterThanOrEqual(0.9);
          expect(result.base64SizeBytes).toBe(result.data.toString('base64').length);
        }
    },
  );

  it.each([[['webp']], [['jpeg', 'webp']], [['png']], [['jpeg', 'png', 'webp']]] as const)(
    'is never over the budget with %j and uses most of it',
    async (acceptedFormats) => {
      const options = { ...JPEG_ONLY, acceptedFormats };
      for (const { fill, result } of await fills(tall, options, [20, 80, 300])) {
        expect(fill).toBeLessThanOrEqual(1);
        if ((result.quality ?? 0) < 90) expect(fill).toBeGreaterThanOrEqual(0.9);
        expect(acceptedFormats).toContain(result.format);
        await expect(sharp(result.data).metadata()).resolves.toMatchObject({
          format: result.format,
          width: result.width,
          height: result.height,
        });
      }
    },
  );

  it('makes AVIF where that is asked for', async () => {
    const [small] = await fills(tall, { ...JPEG_ONLY, acceptedFormats: ['avif'] }, [40]);
    expect(small!.fill).toBeLessThanOrEqual(1);
    expect(small!.fill).toBeGreaterThan(0.85);
    expect(small!.result.mediaType).toBe('image/avif');
  });

  it('needs about one encode', async () => {
    const results = await fills(large, JPEG_ONLY, [60, 90, 120, 200, 280]);
    const encodes = results.reduce((sum, { result }) => sum + result.encodes, 0);
    expect(encodes).toBeLessThanOrEqual(7);
  });

  it('gives drawings as a PNG that keeps every pixel when PNG is accepted', async () => {
    const drawing = lineArt(1000, 800);
    const source = await pngOf(drawing);
    const [first] = await fills(source, { ...JPEG_ONLY, acceptedFormats: ['jpeg', 'png'] }, [200]);
    expect(first!.result).toMatchObject({ format: 'png', scale: 1 });
    const truecolour = await sharp(source).png({ compressionLevel: 9 }).toBuffer();
    expect(first!.result.sizeBytes).toBeLessThan(0.8 * truecolour.length);
    expect(
      (await sharp(first!.result.data).removeAlpha().toColourspace('srgb').raw().toBuffer()).equals(drawing.data),
    ).toBe(true);
  });

  it('does not scale drawings that fit at a coarser quality', async () => {
    const [first] = await fills(await pngOf(lineArt(1000, 800)), JPEG_ONLY, [40]);
    expect(first!.result.scale).toBe(1);
  });

  it.each([
    ['a figure', cutOut],
    ['a picture that is all alpha', alphaSheet],
  ])('keeps the transparency of %s in WebP', async (_, make) => {
    const source = await pngOf(make(700, 600));
    for (const { fill, result } of await fills(source, { ...JPEG_ONLY, acceptedFormats: ['jpeg', 'webp'] }, [20, 60])) {
      expect(fill).toBeLessThanOrEqual(1);
      expect(fill).toBeGreaterThan(0.5);
      expect(result).toMatchObject({ format: 'webp', alphaFlattened: false });
      expect((await sharp(result.data).metadata()).hasAlpha).toBe(true);
    }
  });

  it('makes a picture smaller before its transparency shows bands', async () => {
    const { width, height, data } = alphaSheet(1200, 900);
    const source = await pngOf({ width, height, data, channels: 4 });
    const result = await compressImage(source, { ...JPEG_ONLY, acceptedFormats: ['webp'], maxSizeBytes: 170 * KB });
    expect(result).toMatchObject({ scale: 0.5, alphaFlattened: false });
    const small = sharp(source).resize(result.width, result.height).extractChannel(3).raw().toBuffer();
    const [wanted, made] = await Promise.all([small, sharp(result.data).extractChannel(3).raw().toBuffer()]);
    const error = wanted.reduce((sum, level, pixel) => sum + Math.abs(level - made[pixel]!), 0) / wanted.length;
    expect(error).toBeLessThan(2);
  });

  it('flattens transparency on the stated background when only JPEG is accepted', async () => {
    const source = await pngOf(cutOut(400, 300));
    const options = { ...JPEG_ONLY, background: '#00ff00', maxSizeBytes: 50 * KB };
    const result = await compressImage(source, options);
    expect(result).toMatchObject({ format: 'jpeg', alphaFlattened: true });
    expect(result.warnings).toEqual([expect.stringContaining('#00ff00')]);
    const { data } = await sharp(result.data).raw().toBuffer({ resolveWithObject: true });
    expect(Math.abs(data[0]! - 0) + Math.abs(data[1]! - 255) + Math.abs(data[2]! - 0)).toBeLessThan(12);
  });

  it('returns the same bytes for a source that is already what is asked for', async () => {
    const source = await sharp(large).resize(600).jpeg().toBuffer();
    const options = { ...JPEG_ONLY, allowPassthrough: true, maxSizeBytes: 200 * KB };
    const result = await compressImage(source, options);
    expect(result).toMatchObject({ passthrough: true, encodes: 0, sizeBytes: source.length });
    expect(result.data.equals(source)).toBe(true);
    expect((await compressImage(source, { ...options, maxSidePixels: 300 })).passthrough).toBe(false);
    expect((await compressImage(source, { ...options, acceptedFormats: ['webp'] })).format).toBe('webp');
  });

  it.each(['jpeg', 'png'] as const)(
    'cuts metadata out of a %s that is passed through, not a pixel changed',
    async (format) => {
      const source = await sharp(large)
        .resize(300)
        .withExif({ IFD0: { Copyright: 'somebody', ImageDescription: 'secret place' } })
        .withIccProfile('srgb')
        .toFormat(format, { progressive: format === 'jpeg' })
        .toBuffer();
      const options = { ...JPEG_ONLY, acceptedFormats: [format], allowPassthrough: true, maxSizeBytes: 300 * KB };
      const withTail = Buffer.concat([source, Buffer.from('a second picture behind the first')]);
      const result = await compressImage(withTail, options);
      expect(result.passthrough).toBe(true);
      expect(result.sizeBytes).toBeLessThan(source.length);
      const metadata = await sharp(result.data).metadata();
      expect([metadata.exif, metadata.icc, result.data.includes('secret')]).toEqual([undefined, undefined, false]);
      expect((await sharp(result.data).raw().toBuffer()).equals(await sharp(source).raw().toBuffer())).toBe(true);
    },
  );

  it('codes wide-gamut pictures again although they fit', async () => {
    const source = await sharp(large).resize(300).withIccProfile('p3').jpeg().toBuffer();
    const result = await compressImage(source, { ...JPEG_ONLY, allowPassthrough: true, maxSizeBytes: 300 * KB });
    expect(result.passthrough).toBe(false);
  });

  it('estimates what is seen where that is asked for, and at no time else', async () => {
    const estimated = { ...JPEG_ONLY, estimateQuality: true };
    const large100 = await compressImage(tall, { ...estimated, maxSizeBytes: 100 * KB });
    const small = await compressImage(tall, { ...estimated, maxSizeBytes: 10 * KB });
    expect(large100.ssim).toBeGreaterThan(small.ssim! + 0.02);
    expect(large100.steps.at(-1)!.name).toBe('estimate');
    const passed = await compressImage(small.data, { ...estimated, allowPassthrough: true, maxSizeBytes: 10 * KB });
    expect(passed).toMatchObject({ passthrough: true, ssim: 1 });
    expect((await compressImage(tall, { ...JPEG_ONLY, maxSizeBytes: 100 * KB })).ssim).toBeUndefined();
  });

  it('reports the time of each step', async () => {
    const result = await compressImage(tall, { ...JPEG_ONLY, maxSizeBytes: 100 * KB });
    expect(result.steps.map((step) => step.name)).toEqual([
      'inspect',
      'passthrough',
      'decode',
      'exact',
      'plan',
      'encode',
    ]);
  });
});
