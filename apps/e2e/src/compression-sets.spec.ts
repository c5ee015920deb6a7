import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compressImage, openFramesong, type Framesong } from '@framesong/client';
import {
  BudgetEncoding,
  ImageRole,
  type CompressImageSetHeader,
} from '@framesong/contracts/compression/v1/compression_service';
import { compressionOptions, compressSet, setMessages } from './testing/compression-calls.ts';
import { drawCrowd, drawPortrait, drawSky, similarity } from './testing/compression-pictures.ts';
import { drawNoise } from './testing/pictures.ts';
import { startService, type RunningService } from './testing/service.ts';

const { SCENE, CHARACTER, OTHER } = ImageRole;
const NO_IMAGE = Buffer.from('this is a text and no image');

describe('a set of images under one budget', () => {
  let dataFolder: string;
  let service: RunningService;
  let framesong: Framesong;
  let crowd: Buffer;
  let portrait: Buffer;
  let sky: Buffer;

  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'framesong-sets-'));
    service = await startService({ app: 'compression', dataFolder });
    framesong = openFramesong({ compression: service.address, imageGeneration: service.address });
    [crowd, portrait, sky] = await Promise.all([drawCrowd(900, 600), drawPortrait(450, 600), drawSky(900, 600)]);
  });
  afterAll(async () => {
    framesong[Symbol.dispose]();
    await service[Symbol.asyncDispose]();
    await rm(dataFolder, { recursive: true });
  });

  const send = (changes: Partial<CompressImageSetHeader>, sources: readonly Buffer[]) => {
    const header = { totalMaxSizeBytes: 0n, options: compressionOptions(), roles: [], ...changes };
    return compressSet(framesong.compression.rpc, header, sources);
  };

  it.each([40, 100, 200])('of %d KB looks better in its worst image than with equal shares', async (totalKb) => {
    const sources = [crowd, portrait, sky];
    const totalBytes = totalKb * 1024;
    const roles = [SCENE, CHARACTER, OTHER];
    const { images, failures, error } = await send({ totalMaxSizeBytes: BigInt(totalBytes), roles }, sources);
    expect([error, failures.size]).toEqual([undefined, 0]);
    const sizes = sources.map((_, index) => images.get(index)!.bytes.length);
    const usedBytes = sizes.reduce((sum, size) => sum + size);
    expect(usedBytes).toBeLessThanOrEqual(totalBytes);
    expect(sizes[0]).toBeGreaterThan(sizes[2]!);

    const equalShare = compressionOptions({ maxSizeBytes: BigInt(Math.floor(totalBytes / sources.length)) });
    const ours: number[] = [];
    const equal: number[] = [];
    for (const [index, source] of sources.entries()) {
      ours.push(await similarity(source, images.get(index)!.bytes));
      equal.push(await similarity(source, (await compressImage(framesong.compression, source, equalShare)).bytes));
    }
    expect(Math.min(...ours)).toBeGreaterThan(Math.min(...equal) + 0.03);
  });

  it('gives a scene and a face more than a prop with the same content', async () => {
    const options = compressionOptions();
    const twins = [await drawCrowd(400, 300), await drawCrowd(400, 300), await drawCrowd(400, 300)];
    const roles = [SCENE, OTHER, CHARACTER];
    const { images } = await send({ totalMaxSizeBytes: 60n * 1024n, options, roles }, twins);
    const [scene, prop, face] = twins.map((_, index) => images.get(index)!.facts.quality);
    expect(scene).toBeGreaterThan(prop!);
    expect(face).toBeGreaterThan(prop!);
  });

  it('is never over its total, in bytes or in base64, nor an image over the limit of one', async () => {
    const sources = [crowd, portrait, portrait.subarray(0), sky, await drawNoise(120)];
    const roles = [OTHER, OTHER, OTHER, OTHER, OTHER];
    const options = compressionOptions({ budgetEncoding: BudgetEncoding.BASE64, maxSizeBytes: 30n * 1024n });
    for (const totalMaxSizeBytes of [20n * 1024n, 64n * 1024n, 256n * 1024n]) {
      const { images, error } = await send({ totalMaxSizeBytes, options, roles }, sources);
      expect([error, images.size]).toEqual([undefined, sources.length]);
      const sizes = [...images.values()].map(({ bytes }) => bytes.toString('base64').length);
      expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(Number(totalMaxSizeBytes));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(30 * 1024);
    }
  });

  it('sends an image that is done while others still arrive', async () => {
    const small = await drawPortrait(90, 120);
    const firstDone = Promise.withResolvers<undefined>();
    const header = {
      totalMaxSizeBytes: 200n * 1024n,
      options: compressionOptions(),
      roles: [CHARACTER, SCENE],
    };
    async function* slowUpload() {
      let commits = 0;
      for await (const message of setMessages(header, [small, crowd])) {
        yield message;
        if (message.part?.$case === 'commit' && ++commits === 1) await firstDone.promise;
      }
    }
    const order: number[] = [];
    for await (const { part } of framesong.compression.rpc.compressImageSet(slowUpload())) {
      if (part?.$case !== 'image') continue;
      order.push(part.value.index);
      firstDone.resolve(undefined);
    }
    expect(order).toEqual([0, 1]);
  });

  it('sends all that can be compressed and then says which could not, and why', async () => {
    const tiny = compressionOptions({ minQuality: 90, minScale: 1, acceptedFormats: [] });
    const noise = await drawNoise(400);
    const sources = [await drawPortrait(90, 120), NO_IMAGE, noise, sky];
    const roles = [CHARACTER, OTHER, OTHER, SCENE];
    const answer = await send({ totalMaxSizeBytes: 60n * 1024n, options: tiny, roles }, sources);
    expect([...answer.images.keys()].sort()).toEqual([0, 3]);
    expect(answer.failures.get(1)).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'IMAGE_UNREADABLE' });
    expect(answer.failures.get(2)).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'BUDGET_UNREACHABLE' });
    expect(answer.error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'IMAGE_SET_INCOMPLETE',
      metadata: { failed: '1, 2' },
      violations: [{ field: 'images[1]' }, { field: 'images[2]' }],
    });
    expect(answer.error!.message).toMatch(/2 of the images cannot be compressed: 1, 2; all others were sent/);
  });

  it('makes room for an image that does not fit into its first share', async () => {
    const noise = await drawNoise(160);
    const options = compressionOptions({ minQuality: 60, minScale: 1 });
    const alone = await compressImage(framesong.compression, noise, { ...options, maxSizeBytes: 700n * 1024n });
    const { metadata } = await compressImage(framesong.compression, noise, { ...options, maxSizeBytes: 2048n }).then(
      () => Promise.reject(new Error('fits')),
      (error: unknown) => error as { metadata: Record<string, string> },
    );
    const smallest = Number(metadata['smallestSizeBytes']);
    expect(smallest).toBeLessThan(alone.bytes.length);
    // More than half of the total, and it is one of two.
    const totalMaxSizeBytes = BigInt(Math.ceil(smallest * 1.5));
    const { images, error } = await send({ totalMaxSizeBytes, options, roles: [OTHER, OTHER] }, [
      noise,
      await drawSky(90, 60),
    ]);
    expect([error, images.size]).toEqual([undefined, 2]);
  });

  it.each([
    ['no image', { roles: [] }, /header.roles: must name 1 to 32 images, has 0/],
    ['too many images', { roles: Array.from({ length: 33 }, () => OTHER) }, /must name 1 to 32 images, has 33/],
    ['too small a total', { totalMaxSizeBytes: 2047n, roles: [OTHER, OTHER] }, /must be 2048 \(1024 per image\)/],
    ['a faulty option', { options: compressionOptions({ background: 'red' }), roles: [OTHER] }, /#rrggbb/],
    ['a missing image', { roles: [SCENE, OTHER] }, /commit: is missing/],
  ])('is refused with %s', async (_, changes, text) => {
    const { error } = await send({ totalMaxSizeBytes: 300n * 1024n, ...changes }, [sky]);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(error!.message).toMatch(text);
  });
});
