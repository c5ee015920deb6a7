import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { CompressionJob, Made } from './job.ts';
import { originalOf } from './sharp-methods.ts';
import type { QualityMetric } from './ssimulacra2.ts';

/** Scores results against the decoded, upright, flattened, resized original. */
export interface QualityJudge {
  readonly metric: string;
  compare(job: CompressionJob, made: Made, ours: string, search: string): Promise<{ ours: number; search: number }>;
}

/** A judge that keeps its files in `folder`. */
export function createQualityJudge(metric: QualityMetric, folder: string): QualityJudge {
  return {
    metric: metric.name,
    async compare(job, _made, ours, search) {
      const original = join(folder, 'original.png');
      const { width, height } = await originalOf(await readFile(job.path), job)
        .png({ compressionLevel: 1 })
        .toFile(original);
      const score = async (file: string, name: string) => {
        // As a viewer shows it: at the size of the original, whatever the format.
        const shown = join(folder, `${name}.png`);
        const pixels = sharp(await readFile(file))
          .flatten({ background: '#ffffff' })
          .toColourspace('srgb');
        await pixels.resize(width, height, { fit: 'fill' }).png({ compressionLevel: 1 }).toFile(shown);
        return metric.compare(original, shown);
      };
      return { ours: await score(ours, 'ours-shown'), search: await score(search, 'search-shown') };
    },
  };
}
