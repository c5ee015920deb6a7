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
  /** Where the sound of an engine is written to. */
  rawPath(name: string): string;
  /** Where the finished segment of that name lies. */
  segmentPath(name: string): string;
  /** Where the end or the beginning of a segment lies for an engine that is to hear it. */
  excerptPath(name: string): string;
  /** True when a file lies there whole. */
  has(path: string, sizeBytes: number): Promise<boolean>;
  /** Writes a file into its place, where it appears only when it is whole. */
  write(path: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Never rejects: what cannot be removed is swept later. */
  remove(): Promise<void>;
}

/** A job that stood still for longer renders again what it had. */
const KEEP_MS = 24 * 3_600_000;

/**
 * Opens the work folder of the n-th run of a job. Each run has its own: one that was frozen, and wakes when another worker has
 * the job, then cleans up after itself and nobody else.
 */
export async function openWorkFolder(parent: string, jobId: string, run: number): Promise<WorkFolder> {
  const path = join(parent, folderName(jobId, run));
  const planPath = join(path, 'plan.json');
  await withStorageErrors(path, () => makeFolder(path));
  return {
    path,
    planPath,
    rawPath: (name) => join(path, `raw-${name}`),
    segmentPath: (name) => join(path, `segment-${name}.flac`),
    excerptPath: (name) => join(path, `excerpt-${name}.flac`),
    has: (file, sizeBytes) =>
      stat(file).then(
        ({ size }) => size === sizeBytes,
        () => false,
      ),
    write: (file, chunks, signal) =>
      withStorageErrors(path, async () => {
        await pipeline(chunks, createWriteStream(`${file}.partial`), { signal });
        await rename(`${file}.partial`, file);
      }),
    async remove() {
      try {
        for (const name of await readdir(parent)) {
          // Of earlier runs, which have lost the job, too.
          if (!isOfRunUpTo(name, jobId, run)) continue;
          // Repeated, because a process that is just being killed may still be writing.
          await rm(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
        }
      } catch (thrown) {
        log.warn({ err: thrown }, 'the work folder of a song could not be removed; a later start will do it');
      }
    },
  };
}

function folderName(jobId: string, run: number): string {
  return `${jobId}.${run}`;
}

function isOfRunUpTo(name: string, jobId: string, run: number): boolean {
  const at = name.lastIndexOf('.');
  return name.slice(0, at) === jobId && Number(name.slice(at + 1)) <= run;
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
    // Another process may be starting, too, and have removed it meanwhile.
    const { mtimeMs } = await stat(join(parent, name)).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < Date.now() - KEEP_MS) await rm(join(parent, name), { recursive: true, force: true });
  }
}
