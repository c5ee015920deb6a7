import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { compressImage, configureSharp, type CompressOptions } from './index.ts';
import { cutOut, photo, pngOf } from './testing/make-pictures.ts';

const OPTIONS: CompressOptions = { maxSizeBytes: 50_000, acceptedFormats: ['jpeg'], background: '#ffffff' };

/** A PNG that claims a size and holds no pixels. */
function pngHeader(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(16)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('sources and options that cannot work', () => {
  let jpeg: Buffer;

  beforeAll(async () => {
    configureSharp();
    jpeg = await sharp(await pngOf(photo(800, 600)))
      .jpeg()
      .toBuffer();
  });

  it.each([
    ['zero bytes', () => Buffer.alloc(0), 'IMAGE_EMPTY', /empty/],
    ['noise', () => Buffer.from('this is no image at all'), 'IMAGE_UNREADABLE', /JPEG, PNG, WebP, GIF and AVIF/],
    ['a header cut off', () => jpeg.subarray(0, 40), 'IMAGE_UNREADABLE', /header/],
    [
      'an SVG',
      () => Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'IMAGE_UNSUPPORTED',
      /SVG/,
    ],
    ['a PDF', () => Buffer.from('%PDF-1.7\n'), 'IMAGE_UNSUPPORTED', /PDF.*JPEG, PNG/],
    [
      'a decompression bomb',
      () => pngHeader(60_000, 60_000),
      'IMAGE_TOO_LARGE',
      /60000 x 60000 = 3600000000 .* 50000000/,
    ],
    ['a truncated JPEG', () => jpeg.subarray(0, jpeg.length / 2), 'IMAGE_UNREADABLE', /damaged or truncated/],
  ])('refuses %s with INVALID_ARGUMENT', async (_, make, reason, text) => {
    await expect(compressImage(make(), OPTIONS)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason,
      message: expect.stringMatching(text) as string,
    });
  });

  it('does not pass a truncated file through although it is small enough', async () => {
    const options = { ...OPTIONS, maxSizeBytes: 10_000_000 };
    await expect(compressImage(jpeg.subarray(0, jpeg.length / 2), options)).rejects.toMatchObject({
      reason: 'IMAGE_UNREADABLE',
    });
  });

  it('takes what is there of a truncated file when that is allowed, and says so', async () => {
    const result = await compressImage(jpeg.subarray(0, jpeg.length / 2), { ...OPTIONS, tolerateTruncation: true });
    expect(result).toMatchObject({ width: 800, height: 600 });
    expect(result.warnings).toEqual([expect.stringContaining('truncated')]);
  });

  it('names every faulty option with its limit', async () => {
    const options = { ...OPTIONS, maxSizeBytes: 10, acceptedFormats: [], background: 'red', minScale: 2 };
    await expect(compressImage(jpeg, options)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [
        { field: 'acceptedFormats', description: expect.stringContaining('jpeg, webp, png, avif') as string },
        { field: 'background', description: expect.stringContaining('#rrggbb') as string },
        { field: 'maxSizeBytes', description: expect.stringContaining('64') as string },
        { field: 'minScale', description: expect.stringContaining('0.001 to 1') as string },
      ],
    });
  });

  it.each([
    ['binary', ['jpeg'], photo],
    ['base64', ['jpeg'], photo],
    ['binary', ['jpeg', 'webp'], photo],
    ['binary', ['png'], photo],
    ['base64', ['png', 'webp'], cutOut],
  ] as const)('names a smallest size that is then met (%s, %s)', async (budgetEncoding, acceptedFormats, make) => {
    const source = await pngOf(make(800, 600));
    const options = { ...OPTIONS, budgetEncoding, acceptedFormats, minScale: 0.5, minQuality: 40 };
    const fault = compressImage(source, { ...options, maxSizeBytes: 500 });
    await expect(fault).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'BUDGET_UNREACHABLE',
      metadata: { maxSizeBytes: '500', minScale: '0.5' },
    });
    const { metadata } = (await fault.catch((error: unknown) => error)) as { metadata: { smallestSizeBytes: string } };
    const smallest = Number(metadata.smallestSizeBytes);
    const result = await compressImage(source, { ...options, maxSizeBytes: smallest });
    const counted = budgetEncoding === 'base64' ? result.base64SizeBytes : result.sizeBytes;
    expect(counted).toBeLessThanOrEqual(smallest);
    expect(result.scale).toBeGreaterThanOrEqual(0.5);
    expect(result.quality ?? 100).toBeGreaterThanOrEqual(40);
  });

  it('stops between steps when its signal fires', async () => {
    await expect(compressImage(jpeg, { ...OPTIONS, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    const controller = new AbortController();
    const running = compressImage(jpeg, { ...OPTIONS, maxSizeBytes: 20_000, signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
