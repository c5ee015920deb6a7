import { systemCode } from '@framesong/errors';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CONTENT_FILE, type FileLayout } from './file-layout.ts';

/** How long unfinished things may lie still, in milliseconds. */
export interface LeftoverAges {
  /** Content that a crashed process was writing. */
  readonly incomingMs: number;
  /** Uploads that nobody goes on with. */
  readonly uploadMs: number;
}

/** Removes what has not been written to for longer than its age; other processes may work in the same folders. Returns how many. */
export async function sweepLeftovers(layout: FileLayout, ages: LeftoverAges): Promise<number> {
  let removed = await sweepFolder(layout.incoming, ages.incomingMs);
  for (const tenant of await namesIn(layout.uploads)) {
    removed += await sweepFolder(path.join(layout.uploads, tenant), ages.uploadMs);
  }
  return removed;
}

async function sweepFolder(parent: string, ageMs: number): Promise<number> {
  const olderThanMs = Date.now() - ageMs;
  let removed = 0;
  for (const name of await namesIn(parent)) {
    const folder = path.join(parent, name);
    if ((await lastWrittenMs(folder)) >= olderThanMs) continue;
    await rm(folder, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

async function lastWrittenMs(folder: string): Promise<number> {
  for (const entry of [path.join(folder, CONTENT_FILE), folder]) {
    try {
      return (await stat(entry)).mtimeMs;
    } catch (thrown) {
      if (systemCode(thrown) !== 'ENOENT') throw thrown;
    }
  }
  // Its own process has just finished with it.
  return Infinity;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}
