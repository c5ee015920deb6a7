import { join } from 'node:path';
import type { NodeProcess } from '../processes/node-process.ts';
import type { EncodeAnswer, EncodeQuestion, Made } from './job.ts';
import type { BenchPicture } from './pictures.ts';

/** Compresses a picture by the library alone, as the service is asked to; or, knowing what was made, by the limit. */
export function encodeInProcess(
  encoder: NodeProcess,
  { path }: BenchPicture,
  folder: string,
  limit?: { readonly made: Made; readonly output: string },
): Promise<EncodeAnswer> {
  const question: EncodeQuestion = {
    kind: 'encode',
    method: limit ? 'limit' : 'ours',
    job: { path, budget: 300 * 1024, side: 2048 },
    accepted: ['jpeg'],
    output: join(folder, limit?.output ?? 'library'),
    ...(limit && { made: limit.made }),
  };
  return encoder.ask<EncodeAnswer>(question, 'encoded');
}
