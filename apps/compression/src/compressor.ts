import { stat } from 'node:fs/promises';
import type { CompressResult, ImageInfo } from '@framesong/compression';
import { ATTR, METRICS, record, stage, STAGES } from '@framesong/telemetry';
import type { WorkerPool } from '@framesong/workers';
import type { PoolOptions } from './compression-options.ts';

/** Work of the `compress` task. A source is its bytes, or the path of a spooled file. */
export interface CompressTask {
  readonly source: Uint8Array | string;
  readonly options: PoolOptions;
}

/** Work of the `inspect` task. */
export interface InspectTask {
  readonly prefix: Uint8Array;
}

/** The compression library, run in child processes that can be killed. */
export interface Compressor {
  compress(task: CompressTask, signal: AbortSignal): Promise<{ result: CompressResult; cpuMs: number }>;
  inspect(task: InspectTask, signal: AbortSignal): Promise<ImageInfo>;
}

/** Runs the library in `pool`, with waiting and work as stages of their own. */
export function createCompressor(pool: WorkerPool): Compressor {
  return {
    async compress(task, signal) {
      const sourceSizeBytes = typeof task.source === 'string' ? (await stat(task.source)).size : task.source.length;
      const { value, cpuMs } = await pool.run<CompressResult>('compress', task, {
        signal,
        aroundWork: (work) =>
          stage(STAGES.compressImage.name, { [ATTR.imageSourceSize]: sourceSizeBytes }, async (span) => {
            const done = await work();
            span.setAttributes(attributesOf((done as { value: CompressResult }).value));
            return done;
          }),
      });
      record(METRICS.imageCompressedSize, value.sizeBytes, { [ATTR.imageFormat]: value.format });
      record(METRICS.imageCompressionRatio, value.sizeBytes / sourceSizeBytes, { [ATTR.imageFormat]: value.format });
      return { result: value, cpuMs };
    },
    async inspect(task, signal) {
      const { value } = await pool.run<ImageInfo>('inspect', task, { signal });
      return value;
    },
  };
}

function attributesOf(result: CompressResult) {
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
