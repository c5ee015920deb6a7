import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withStorageErrors } from '@framesong/errors';

/** Where the bytes of a download go. */
export interface DownloadSink {
  append(chunk: Uint8Array): Promise<void> | void;
  /** Forgets what has come so far. */
  clear(): Promise<void> | void;
}

/** Keeps the bytes: for what is small. */
export interface MemorySink extends DownloadSink {
  bytes(): Buffer;
}

export function createMemorySink(): MemorySink {
  let chunks: Uint8Array[] = [];
  return {
    append: (chunk) => void chunks.push(chunk),
    clear: () => void (chunks = []),
    bytes: () => Buffer.concat(chunks),
  };
}

/** Writes to a file, which is emptied first. @throws FramesongError that names the folder when the disk fails */
export async function openFileSink(path: string): Promise<DownloadSink & AsyncDisposable> {
  const folder = dirname(path);
  const file = await withStorageErrors(folder, () => open(path, 'w'));
  let place = 0;
  return {
    append: (chunk) =>
      withStorageErrors(folder, async () => {
        for (let from = 0; from < chunk.byteLength;) {
          const { bytesWritten } = await file.write(chunk, from, chunk.byteLength - from, place);
          from += bytesWritten;
          place += bytesWritten;
        }
      }),
    clear: () =>
      withStorageErrors(folder, async () => {
        await file.truncate(0);
        place = 0;
      }),
    [Symbol.asyncDispose]: () => file.close(),
  };
}
