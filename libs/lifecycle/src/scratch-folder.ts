import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withStorageErrors } from '@framesong/errors';

/** A folder for files that are of use to this process only. */
export interface ScratchFolder {
  /** A new empty folder in it; disposing removes it with its content. */
  make(): Promise<{ readonly path: string } & AsyncDisposable>;
}

/**
 * Opens a scratch folder below `folder` and clears what processes have left there that are gone: nobody can ask for it
 * again. Several processes may share `folder`.
 * @throws FramesongError RESOURCE_EXHAUSTED STORAGE_FULL; FAILED_PRECONDITION STORAGE_READ_ONLY or STORAGE_UNUSABLE
 */
export function openScratchFolder(folder: string): Promise<ScratchFolder> {
  return withStorageErrors(folder, () => open(folder));
}

async function open(folder: string): Promise<ScratchFolder> {
  const own = join(folder, String(process.pid));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    // A number of our own is left from an earlier process that had it.
    if (name === String(process.pid) || !isAlive(Number(name))) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
  await mkdir(own, { mode: 0o700 });
  return {
    async make() {
      const path = await withStorageErrors(folder, () => mkdtemp(join(own, 'work-')));
      return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
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
