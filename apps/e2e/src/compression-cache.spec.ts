import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compressImage, openFramesong, type Framesong } from '@framesong/client';
import { CacheResult, ImageFormat } from '@framesong/contracts/compression/v1/compression_service';
import { msOfDuration } from '@framesong/rpc';
import { compressionOptions } from './testing/compression-calls.ts';
import { drawCrowd, drawPortrait } from './testing/compression-pictures.ts';
import { eventually } from './testing/eventually.ts';
import { failure } from './testing/first-frames.ts';
import { startCollector, type Collector } from './testing/otlp-collector.ts';
import { startService, type RunningService } from './testing/service.ts';

const { HIT, MISS, COALESCED } = CacheResult;

describe('the cache of the compression service', () => {
  let dataFolder: string;
  let collector: Collector;
  let service: RunningService;
  let framesong: Framesong;
  let portrait: Buffer;

  const start = async () => {
    service = await startService({
      app: 'compression',
      dataFolder,
      environment: { ...collector.environment, FRAMESONG_WORKER_PROCESSES: '1' },
    });
    framesong = openFramesong({ compression: service.address, imageGeneration: service.address });
  };
  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'framesong-cache-'));
    collector = await startCollector();
    portrait = await drawPortrait(300, 400);
  });
  beforeEach(start);
  afterEach(async () => {
    framesong[Symbol.dispose]();
    await service[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await collector[Symbol.asyncDispose]();
    await rm(dataFolder, { recursive: true });
  });

  const unary = (maxSizeBytes: bigint, changes = {}) =>
    framesong.compression.rpc.compressImage({
      source: portrait,
      options: compressionOptions({ maxSizeBytes, ...changes }),
    });
  /** How many images were worked on so far. */
  const worked = () => service.log.filter((line) => line['framesong.stage'] === 'compress image').length;

  it('gives the same result again without work, whichever way it is asked for', async () => {
    const made = await unary(8000n);
    expect(made.facts).toMatchObject({ cache: MISS, encodes: expect.any(Number) as unknown });
    expect(made.facts!.cpuSeconds).toBeGreaterThan(0);
    const inMemory = await unary(8000n);
    const inChunks = await compressImage(framesong.compression, portrait, compressionOptions({ maxSizeBytes: 8000n }));
    expect(inMemory.image.equals(made.image)).toBe(true);
    expect(inChunks.bytes.equals(made.image)).toBe(true);
    for (const facts of [inMemory.facts!, inChunks.facts]) {
      expect(facts).toMatchObject({ cache: HIT, cpuSeconds: 0, steps: [], stages: [], sha256: made.facts!.sha256 });
      expect(facts).toMatchObject({ quality: made.facts!.quality, width: 300, height: 400 });
    }
    expect(worked()).toBe(1);
  });

  it('tells options apart that ask for something else, and not those that only look different', async () => {
    const acceptedFormats = [ImageFormat.JPEG];
    expect((await unary(9000n)).facts!.cache).toBe(MISS);
    expect((await unary(9000n, { acceptedFormats, background: '#FFFFFF' })).facts!.cache).toBe(HIT);
    expect((await unary(9001n)).facts!.cache).toBe(MISS);
    expect((await unary(9000n, { background: '#000000' })).facts!.cache).toBe(MISS);
    expect((await unary(9000n, { acceptedFormats: [ImageFormat.WEBP] })).facts!.cache).toBe(MISS);
  });

  it('outlives a service that is killed', async () => {
    const made = await unary(10_000n);
    // Another result after it, so that the first is on disk: they are written one after the other.
    await unary(10_001n);
    await unary(10_002n);
    framesong[Symbol.dispose]();
    await service.end('SIGKILL');
    await start();
    const { image, facts } = await unary(10_000n);
    expect(facts!.cache).toBe(HIT);
    expect(image.equals(made.image)).toBe(true);
    expect(worked()).toBe(0);
  });

  it('joins equal requests, and the work goes on when the one who began it gives up', async () => {
    // Large enough to be spooled to a file, which belongs to the one who gives up.
    const crowd = await drawCrowd(2400, 1600);
    const options = compressionOptions({ maxSizeBytes: 20_000n, acceptedFormats: [ImageFormat.WEBP] });
    const giveUp = new AbortController();
    const before = collector.logs.length;
    const begun = failure(compressImage(framesong.compression, crowd, options, { signal: giveUp.signal }));
    await collector.when(() =>
      collector.logs.slice(before).find(({ attributes }) => attributes['framesong.span.name'] === 'compress image'),
    );
    const others = [1, 2].map(() => compressImage(framesong.compression, crowd, options));
    const received = () => spooledSizes(join(dataFolder, 'spool')).filter((size) => size === crowd.length).length;
    await eventually('three whole sources', received, (count) => count === 3);
    // Their commits have come with the last chunk; a call of its own is answered after them.
    await failure(framesong.compression.rpc.compressImage({ source: Buffer.of() }));
    giveUp.abort();
    expect(await begun).toMatchObject({ code: 'CANCELLED' });
    const done = await Promise.all(others);
    expect(done.map(({ facts }) => facts.cache)).toEqual([COALESCED, COALESCED]);
    expect(done[0]!.bytes.equals(done[1]!.bytes)).toBe(true);
    expect(worked()).toBe(1);
  });

  it('is seen in the span of a call and in a metric', async () => {
    await unary(11_000n);
    await unary(11_000n);
    await service.end('SIGTERM');
    const results = collector.spans
      .filter(({ kind, name }) => kind === 'SERVER' && name.endsWith('CompressImage'))
      .map(({ attributes }) => attributes['framesong.cache.result']);
    expect(results.slice(-2)).toEqual(['miss', 'hit']);
    const series = collector.metrics.filter(({ name }) => name === 'framesong.cache.requests').flatMap((metric) => metric.series); // prettier-ignore
    const labels = { 'framesong.cache.name': 'compression' };
    expect(series).toContainEqual({ ...labels, 'framesong.cache.result': 'hit' });
    expect(series).toContainEqual({ ...labels, 'framesong.cache.result': 'miss' });
  });

  it('comes with the cost of each step when the result was made, and with a data URI where it is asked for', async () => {
    const options = compressionOptions({ maxSizeBytes: 12_000n });
    const { facts, image, dataUri } = await framesong.compression.rpc.compressImage({
      source: portrait,
      options,
      asDataUri: true,
    });
    expect(image).toHaveLength(0);
    const [head, text] = dataUri!.split(',');
    expect(head).toBe('data:image/jpeg;base64');
    expect(BigInt(text!.length)).toBe(facts!.base64SizeBytes);
    expect(Buffer.from(text!, 'base64').equals((await unary(12_000n)).image)).toBe(true);
    expect(facts!.steps.map(({ name }) => name)).toEqual(expect.arrayContaining(['inspect', 'decode', 'encode']));
    const cpuMs = facts!.steps.reduce((sum, { cpu }) => sum + msOfDuration(cpu)!, 0);
    expect(cpuMs).toBeGreaterThan(0);
    expect(cpuMs).toBeLessThanOrEqual(facts!.cpuSeconds * 1000 + 1);
    const [work, ...steps] = facts!.stages.filter(({ name }) => name !== 'wait pool');
    expect(work).toMatchObject({ name: 'compress image', depth: 0 });
    expect(steps.map(({ name, depth }) => [name, depth])).toEqual(facts!.steps.map(({ name }) => [name, 1]));
  });
});

function spooledSizes(folder: string): number[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => statSync(join(file.parentPath, file.name)).size);
}
