import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from '../bench.ts';
import { measured } from '../measure/figures.ts';
import type { NodeProcess } from '../processes/node-process.ts';
import type { EncodeAnswer, EncodeQuestion } from './job.ts';
import type { BenchPicture } from './pictures.ts';

/** How far the memory of a fresh process rises while it compresses one picture, its source included. Linux only. */
export async function peakMemoryFigure(
  start: (name: string) => NodeProcess,
  pictures: readonly BenchPicture[],
  folder: string,
): Promise<Figure[]> {
  const rises: number[] = [];
  for (const { path } of pictures) {
    // A new one each time: it keeps freed memory for the next picture.
    await using encoder = start('fresh');
    await encoder.message('ready');
    const idle = statusMib(encoder.pid, 'VmRSS');
    const job = { path, budget: 300 * 1024, side: 2048 };
    const question: EncodeQuestion = {
      kind: 'encode',
      method: 'ours',
      job,
      accepted: ['jpeg'],
      output: join(folder, 'ours'),
    };
    await encoder.ask<EncodeAnswer>(question, 'encoded');
    rises.push(statusMib(encoder.pid, 'VmHWM') - idle);
  }
  return [
    measured('mib_per_image', 'MiB', rises, 'peak of the resident set above that of the idle process, max side 2048'),
  ];
}

function statusMib(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? NaN) / 1024;
}
