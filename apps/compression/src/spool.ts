import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidField } from '@framesong/errors';
import type { ScratchFolder } from '@framesong/lifecycle';
import type { Source } from './source.ts';

/** A source on its way in. Disposing removes what has come so far, unless it was finished. */
export interface SpoolFile extends AsyncDisposable {
  /** @throws FramesongError INVALID_ARGUMENT when the source grows over the limit */
  append(chunk: Uint8Array): Promise<void>;
  /** Ends it; the source belongs to the caller from then on. */
  finish(): Promise<Source>;
}

/** Where sources wait while they are received: small ones in memory, larger ones on disk. */
export interface Spool {
  create(): SpoolFile;
}

/** Limits of a spool. */
export interface SpoolLimits {
  /** Largest source that is taken. */
  readonly maxSourceBytes: number;
  /** Sources over this wait in a file. */
  readonly spoolAboveBytes: number;
}

/** @param scratch where the files lie */
export function createSpool(scratch: ScratchFolder, { maxSourceBytes, spoolAboveBytes }: SpoolLimits): Spool {
  return {
    create() {
      const hash = createHash('sha256');
      const chunks: Uint8Array[] = [];
      let sizeBytes = 0;
      let file: { folder: AsyncDisposable; path: string; handle: FileHandle } | undefined;
      let holders = 1;

      const release = async () => {
        holders -= 1;
        if (holders === 0) await file?.folder[Symbol.asyncDispose]();
      };
      const moveToDisk = async () => {
        const folder = await scratch.make();
        const path = join(folder.path, 'source');
        file = { folder, path, handle: await open(path, 'wx', 0o600) };
        for (const chunk of chunks.splice(0)) await file.handle.writeFile(chunk);
      };
      const close = async () => {
        if (file && file.handle.fd >= 0) await file.handle.close();
      };
      return {
        async append(chunk) {
          sizeBytes += chunk.length;
          if (sizeBytes > maxSourceBytes) {
            const advice = `the image is over ${maxSourceBytes} bytes, the largest that is taken; send a smaller one`;
            throw invalidField('chunk', advice);
          }
          hash.update(chunk);
          if (file) await file.handle.writeFile(chunk);
          else chunks.push(chunk);
          if (!file && sizeBytes > spoolAboveBytes) await moveToDisk();
        },
        async finish() {
          await close();
          holders += 1;
          const content = file?.path ?? Buffer.concat(chunks.splice(0));
          return {
            content,
            sizeBytes,
            sha256: hash.digest('hex'),
            hold() {
              holders += 1;
              return { content, ...onceDisposed(release) };
            },
            ...onceDisposed(release),
          };
        },
        async [Symbol.asyncDispose]() {
          await close();
          await release();
        },
      };
    },
  };
}

function onceDisposed(release: () => Promise<void>): AsyncDisposable {
  let isDisposed = false;
  return {
    async [Symbol.asyncDispose]() {
      if (isDisposed) return;
      isDisposed = true;
      await release();
    },
  };
}
