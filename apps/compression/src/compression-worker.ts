import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { compressImage, configureSharp, inspectImage } from '@framesong/compression';
import { loadSettings } from '@framesong/config';
import { serveWorker, type WorkerTask } from '@framesong/workers';
import { compressionSettings } from './settings.ts';
import type { CompressTask, InspectTask, MadeResult } from './worker-tasks.ts';

// The file that the pool of the compression service runs in its child processes.
configureSharp({ tiff: loadSettings({ compression: compressionSettings }).compression.tiff });

const compress: WorkerTask = async ({ content, options }: CompressTask, { signal }): Promise<MadeResult> => {
  const result = await compressImage(await bytesOf(content), { ...options, signal });
  // Here and not in the process that serves, whose loop it would hold up.
  return { ...result, sha256: createHash('sha256').update(result.data).digest('hex') };
};

const inspect: WorkerTask = ({ prefix }: InspectTask) => inspectImage(Buffer.from(prefix));

serveWorker({ compress, inspect });

async function bytesOf(content: CompressTask['content']): Promise<Buffer> {
  if (typeof content === 'string') return readFile(content);
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}
