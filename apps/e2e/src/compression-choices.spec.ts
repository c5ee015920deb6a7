import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFramesong, type Framesong } from '@framesong/client';
import { ImageFormat } from '@framesong/contracts/compression/v1/compression_service';
import sharp from 'sharp';
import { compressionOptions } from './testing/compression-calls.ts';
import { drawPortrait } from './testing/compression-pictures.ts';
import { startService, type RunningService } from './testing/service.ts';

const KB = 1024n;

describe('what a compression service does when it is asked to', () => {
  let dataFolder: string;
  let withTiff: RunningService;
  let framesong: Framesong;
  let portrait: Buffer;

  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'framesong-choices-'));
    const environment = { FRAMESONG_COMPRESSION_TIFF: 'true' };
    withTiff = await startService({ app: 'compression', dataFolder, environment });
    framesong = openFramesong({ compression: withTiff.address, imageGeneration: withTiff.address });
    portrait = await drawPortrait(300, 400);
  });
  afterAll(async () => {
    framesong[Symbol.dispose]();
    await withTiff[Symbol.asyncDispose]();
    await rm(dataFolder, { recursive: true });
  });

  it('reads TIFF where it was set to', async () => {
    const { compression } = framesong;
    const source = await sharp(portrait).tiff({ compression: 'lzw' }).toBuffer();
    expect(await compression.rpc.inspectImage({ prefix: source }, {})).toMatchObject({
      format: ImageFormat.TIFF,
      width: 300,
      height: 400,
    });
    const options = compressionOptions({ maxSizeBytes: 20n * KB });
    const { image, facts } = await compression.rpc.compressImage({ source, options }, {});
    expect(facts).toMatchObject({ sourceFormat: ImageFormat.TIFF, format: ImageFormat.JPEG, width: 300 });
    expect(image.length).toBeLessThanOrEqual(20 * 1024);
  });

  it('estimates the quality of a result, higher for more bytes, also of one that is kept', async () => {
    const ssimAt = async (maxSizeBytes: bigint) => {
      const options = compressionOptions({ maxSizeBytes, estimateQuality: true });
      return (await framesong.compression.rpc.compressImage({ source: portrait, options }, {})).facts!.ssim!;
    };
    const [more, less] = [await ssimAt(40n * KB), await ssimAt(3n * KB)];
    expect(less).toBeGreaterThan(0.3);
    expect(more).toBeGreaterThan(less);
    expect(await ssimAt(40n * KB)).toBe(more);
    const plain = { source: portrait, options: compressionOptions({ maxSizeBytes: 40n * KB }) };
    expect((await framesong.compression.rpc.compressImage(plain, {})).facts!.ssim).toBeUndefined();
  });
});
