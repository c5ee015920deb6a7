import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidField } from '@framesong/errors';
import type { ScratchFolder } from '@framesong/lifecycle';

/** A source on its way: written chunk by chunk, deleted when disposed. */
export interface SpoolFile extends AsyncDisposable {
  readonly path: string;
  /** @throws FramesongError INVALID_ARGUMENT when the source grows over the limit */
  append(chunk: Uint8Array): Promise<void>;
  /** Closes the file. */
  finish(): Promise<{ sizeBytes: number; sha256: string }>;
}

/** Where sources wait on disk, and not in memory, while they are received. */
export interface Spool {
  create(): Promise<SpoolFile>;
}

/** @param maxBytes largest source that is taken */
export function createSpool(scratch: ScratchFolder, maxBytes: number): Spool {
  return {
    async create() {
      const folder = await scratch.make();
      const path = join(folder.path, 'source');
      const handle = await open(path, 'wx', 0o600);
      const hash = createHash('sha256');
      let sizeBytes = 0;
      let isOpen = true;
      const close = async () => {
        if (isOpen) await handle.close();
        isOpen = false;
      };
      return {
        path,
        async append(chunk) {
          sizeBytes += chunk.length;
          if (sizeBytes > maxBytes) {
            throw invalidField(
              'chunk',
              `the image is over ${maxBytes} bytes, the largest that is taken; send a smaller one`,
            );
          }
          hash.update(chunk);
          await handle.write(chunk);
        },
        async finish() {
          await close();
          return { sizeBytes, sha256: hash.digest('hex') };
        },
        async [Symbol.asyncDispose]() {
          await close();
          await folder[Symbol.asyncDispose]();
        },
      };
    },
  };
}
