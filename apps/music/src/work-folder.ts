import { withStorageErrors } from '@framesong/errors';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { log } from '@framesong/telemetry';

/** What a song needs while it is made. Everything in it can be made again from the plan. */
export interface WorkFolder {
  readonly path: string;
  /** The score, for the child processes. */
  readonly planPath: string;
  /** Where a section is rendered to. */
  sectionPath(index: number): string;
  /** True when a section lies there whole, rendered by this run or an earlier one. */
  hasSection(index: number, sizeBytes: number): Promise<boolean>;
  /** Writes the score into its place. */
  writePlan(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Never rejects: what cannot be removed is swept later. */
  remove(): Promise<void>;
}

/** A job that stood still for longer renders again what it had. */
const KEEP_MS = 24 * 3_600_000;

/** Opens the work folder of a job: the same one after a restart. */
export async function openWorkFolder(parent: string, jobId: string): Promise<WorkFolder> {
  const path = join(parent, jobId);
  const planPath = join(path, 'plan.json');
  const sectionPath = (index: number) => join(path, `section-${index + 1}.f32`);
  await withStorageErrors(path, () => makeFolder(path));
  return {
    path,
    planPath,
    sectionPath,
    hasSection: (index, sizeBytes) =>
      stat(sectionPath(index)).then(
        ({ size }) => size === sizeBytes,
        () => false,
      ),
    writePlan: (chunks, signal) =>
      withStorageErrors(path, async () => {
        await pipeline(chunks, createWriteStream(`${planPath}.partial`), { signal });
        await rename(`${planPath}.partial`, planPath);
      }),
    async remove() {
      try {
        // Repeated, because a process that is just being killed may still be writing.
        await rm(path, { recursive: true, force: true, maxRetries: 5 });
      } catch (thrown) {
        log.warn({ err: thrown }, 'the work folder of a song could not be removed; a later start will do it');
      }
    },
  };
}

async function makeFolder(path: string): Promise<void> {
  try {
    // Trap: with `recursive`, Node tells of a file system that is read-only or full as ENOENT.
    await mkdir(path, { mode: 0o700 });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
}

/** Clears what killed processes have left of jobs that nobody went on with. */
export async function sweepWorkFolders(parent: string): Promise<void> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  for (const name of await readdir(parent)) {
    const { mtimeMs } = await stat(join(parent, name));
    if (mtimeMs < Date.now() - KEEP_MS) await rm(join(parent, name), { recursive: true, force: true });
  }
}
