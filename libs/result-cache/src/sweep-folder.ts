import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that is being written takes moments; one this old was left by a process that was killed. */
const LEFTOVER_AGE_MS = 10 * 60_000;

interface FoundFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedMs: number;
}

/** Removes what was not used for longest until the files in `folder` come to `targetBytes`, and what was left half-written. */
export async function sweepFolder(folder: string, targetBytes: number): Promise<void> {
  for (const { path, usedMs } of await filesIn(join(folder, 'incoming'))) {
    if (usedMs < Date.now() - LEFTOVER_AGE_MS) await rm(path, { force: true });
  }
  const files: FoundFile[] = [];
  for (const name of await namesIn(join(folder, 'entries'))) {
    files.push(...(await filesIn(join(folder, 'entries', name))));
  }
  let sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  for (const file of files.toSorted((a, b) => a.usedMs - b.usedMs)) {
    if (sizeBytes <= targetBytes) return;
    await rm(file.path, { force: true });
    sizeBytes -= file.sizeBytes;
  }
}

/** The files of one folder. One that another process removes meanwhile is left out. */
async function filesIn(folder: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    try {
      const { size, mtimeMs } = await stat(path);
      found.push({ path, sizeBytes: size, usedMs: mtimeMs });
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  }
}
