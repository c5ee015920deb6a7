import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFramesong } from '@framesong/client';
import { compressionOptions } from './testing/compression-calls.ts';
import { drawSeeds, mutatedImages, taken } from './testing/mutated-images.ts';
import { sendMutated } from './testing/mutation-run.ts';
import { startService } from './testing/service.ts';

const TRIED = 300;

describe('mutated images', () => {
  it('of every format end in a result within the budget or a clear refusal, and the service goes on', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'framesong-mutations-'));
    await using service = await startService({ app: 'compression', dataFolder });
    using framesong = openFramesong({ compression: service.address, imageGeneration: service.address });
    const { compression } = framesong;
    const seeds = await drawSeeds();
    const images = taken(mutatedImages(seeds, 7), TRIED);

    const counts = await sendMutated(compression, images, 4);
    expect(counts).toMatchObject({ tried: TRIED, hung: 0, overBudget: 0, others: [], notable: [] });
    expect(counts.compressed + counts.refused).toBe(TRIED);
    // Else the generator damages too much, or nothing.
    expect(Math.min(counts.compressed, counts.refused)).toBeGreaterThan(TRIED / 10);

    for (const { bytes } of seeds) {
      const { facts } = await compression.rpc.compressImage({ source: bytes, options: compressionOptions() });
      expect(Math.max(facts!.width, facts!.height)).toBe(160);
    }
    await rm(dataFolder, { recursive: true });
  }, 90_000);
});
