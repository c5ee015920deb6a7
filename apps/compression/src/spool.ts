import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidField } from '@framesong/errors';

/** A source on its way: written chunk by chunk, deleted when disposed. */
export interface SpoolFile extends AsyncDisposable {
  readonly path: string;
  /** @throws FramesongError INVALID_ARGUMENT when the source grows over the limit */
  append(chunk: Uint8Array): Promise<void>;
  /** Closes the file. */
  finish(): Promise<{ sizeBytes: number; sha256: string }>;
}

/** A folder for sources that are being received. */
export interface Spool {
  create(): Promise<SpoolFile>;
}

/**
 * Opens the spool and clears what an earlier process left, which nobody can ask for again. Each process has a folder of
 * its own below `folder`.
 */
export async function openSpool({ folder, maxBytes }: { folder: string; maxBytes: number }): Promise<Spool> {
  const own = join(folder, String(process.pid));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    if (!isAlive(Number(name)) || name === String(process.pid))
      await rm(join(folder, name), { recursive: true, force: true });
  }
  await mkdir(own, { mode: 0o700 });
  return {
    async create() {
      const path = join(own, randomUUID());
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
          await rm(path, { force: true });
        },
      };
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
