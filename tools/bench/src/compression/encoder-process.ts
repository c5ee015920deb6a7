import { readFile, writeFile } from 'node:fs/promises';
import { compressImage, configureSharp } from '@framesong/compression';
import { answerBench, ownCpuMs, tellBench } from '../processes/answering.ts';
import { WHITE, type EncodeAnswer, type EncodeQuestion, type Made } from './job.ts';
import { encodeKnowing, searchQuality } from './sharp-methods.ts';

// The library and everything that sharp alone can do, in one process and under one configuration: one thread, no cache.
configureSharp();

answerBench({
  encode: async ({ method, job, accepted, output, made }: EncodeQuestion): Promise<EncodeAnswer> => {
    const source = await readFile(job.path);
    const cpuAtStart = ownCpuMs();
    const startedAt = performance.now();
    const encoded = await encode();
    const times = { cpuMs: ownCpuMs() - cpuAtStart, wallMs: performance.now() - startedAt };
    await writeFile(output, encoded.data);
    const told = { kind: 'encoded' as const, ...times, sizeBytes: encoded.data.length };
    return encoded.made ? { ...told, made: encoded.made } : told;

    async function encode(): Promise<{ data: Buffer; made?: Made }> {
      if (method === 'ours') {
        const { data, ...facts } = await compressImage(source, {
          maxSizeBytes: job.budget,
          ...(job.side > 0 && { maxSidePixels: job.side }),
          acceptedFormats: accepted,
          background: WHITE,
          allowPassthrough: false,
        });
        return { data, made: facts };
      }
      if (method === 'limit') return { data: await encodeKnowing(source, made!) };
      return { data: await searchQuality(source, job, { mozjpeg: method === 'mozjpeg-search' }) };
    }
  },
});
tellBench({ kind: 'ready' });
