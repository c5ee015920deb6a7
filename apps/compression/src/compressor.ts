import type { ImageInfo } from '@framesong/compression';
import type { CacheResult, ResultCache } from '@framesong/result-cache';
import { addStages, ATTR, METRICS, record, stage, STAGES } from '@framesong/telemetry';
import type { WorkerPool } from '@framesong/workers';
import type { PoolOptions } from './compression-options.ts';
import { resultKey } from './result-key.ts';
import type { Source } from './source.ts';
import { workMemoryBytes } from './work-memory.ts';
import type { CompressTask, InspectTask, MadeResult } from './worker-tasks.ts';

/** What is kept of a result besides its data. */
export interface ResultFacts extends Omit<MadeResult, 'data'> {
  /** CPU time of the worker that made it. */
  readonly cpuMs: number;
}

/** A result, and whether it was made for this call. */
export interface Compressed {
  readonly data: Buffer;
  readonly facts: ResultFacts;
  readonly cache: CacheResult;
}

/** The compression library, run in child processes that can be killed, behind a cache. */
export interface Compressor {
  /** How many images are worked on at once. */
  readonly width: number;
  /** @throws FramesongError of the library and of the pool */
  compress(source: Source, options: PoolOptions, signal: AbortSignal): Promise<Compressed>;
  inspect(task: InspectTask, signal: AbortSignal): Promise<ImageInfo>;
}

/** What a compressor is made of. */
export interface CompressorParts {
  readonly pool: WorkerPool;
  readonly cache: ResultCache<ResultFacts>;
  /** Of the code that makes the results: what another version has made is not used. */
  readonly version: string;
}

/** Runs the library in `pool`, with waiting and work as stages of their own. */
export function createCompressor({ pool, cache, version }: CompressorParts): Compressor {
  const make = async (source: Source, options: PoolOptions, signal: AbortSignal) => {
    await using held = source.hold();
    const task: CompressTask = { content: held.content, options };
    const { value, cpuMs } = await pool.run<MadeResult>('compress', task, {
      signal,
      weightBytes: await workMemoryBytes(source, options.maxSidePixels),
      aroundWork: (work) =>
        stage(STAGES.compressImage.name, { [ATTR.imageSourceSize]: source.sizeBytes }, async (span) => {
          const done = await work();
          const made = (done as { value: MadeResult }).value;
          span.setAttributes(attributesOf(made));
          addStages(stepStages(made));
          return done;
        }),
    });
    record(METRICS.imageCompressedSize, value.sizeBytes, { [ATTR.imageFormat]: value.format });
    record(METRICS.imageCompressionRatio, value.sizeBytes / source.sizeBytes, { [ATTR.imageFormat]: value.format });
    const { data, ...facts } = value;
    // Copied: what came from the worker may be a view into a longer message, which would be kept with it.
    return { data: Buffer.from(data), facts: { ...facts, cpuMs } };
  };
  return {
    width: pool.stats().size,
    compress: (source, options, signal) =>
      cache.get(resultKey(version, source.sha256, options), (last) => make(source, options, last), signal),
    async inspect(task, signal) {
      const { value } = await pool.run<ImageInfo>('inspect', task, { signal });
      return value;
    },
  };
}

/** The library's steps, which follow each other without gaps, as stages below the work. */
function stepStages({ steps }: MadeResult) {
  let startOffsetMs = 0;
  return steps.map(({ name, wallMs }) => {
    const timing = { name, startOffsetMs, durationMs: wallMs, depth: 0 };
    startOffsetMs += wallMs;
    return timing;
  });
}

function attributesOf(result: MadeResult) {
  return {
    [ATTR.imageSourceFormat]: result.sourceFormat,
    [ATTR.imageSourceWidth]: result.sourceWidth,
    [ATTR.imageSourceHeight]: result.sourceHeight,
    [ATTR.imageSize]: result.sizeBytes,
    [ATTR.imageFormat]: result.format,
    [ATTR.imageWidth]: result.width,
    [ATTR.imageHeight]: result.height,
    [ATTR.imageAttempts]: result.encodes,
    ...(result.quality !== undefined && { [ATTR.imageQuality]: result.quality }),
  };
}
