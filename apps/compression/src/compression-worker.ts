import { readFile } from 'node:fs/promises';
import { compressImage, configureSharp, inspectImage } from '@framesong/compression';
import { serveWorker, type WorkerTask } from '@framesong/workers';
import type { CompressTask, InspectTask } from './compressor.ts';

// The file that the pool of the compression service runs in its child processes.
configureSharp();

const compress: WorkerTask = async ({ source, options }: CompressTask, { signal }) =>
  compressImage(await bytesOf(source), { ...options, signal });

const inspect: WorkerTask = ({ prefix }: InspectTask) => inspectImage(Buffer.from(prefix));

serveWorker({ compress, inspect });

async function bytesOf(source: CompressTask['source']): Promise<Buffer> {
  if (typeof source === 'string') return readFile(source);
  return Buffer.from(source.buffer, source.byteOffset, source.byteLength);
}
