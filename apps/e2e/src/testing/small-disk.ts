import { execFile } from 'node:child_process';
import { chmod, mkdtemp, open, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A folder whose disk can be filled and be made read-only while services run on it. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
  /** What services have to be started with to keep their data there. */
  readonly environment: Readonly<Record<string, string>>;
  fill(): Promise<void>;
  free(): Promise<void>;
  makeReadOnly(): Promise<void>;
  makeWritable(): Promise<void>;
}

const MB = 1024 ** 2;
const DISK_BYTES = 32 * MB;
const FILLER = 'filler';
/** Others use the disk of a mere folder too: what they take or give back meanwhile must not matter. */
const LEFT_TO_SERVICES_MB = 2048;

/** A disk of 32 MB in memory; where none can be mounted, a folder that acts like it as far as the services look. */
export async function makeSmallDisk(): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'framesong-disk-'));
  try {
    await run('mount', '-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder);
  } catch {
    return folderLikeDisk(folder);
  }
  return {
    folder,
    environment: { FRAMESONG_DATA_DIR: folder, FRAMESONG_ARTIFACT_MIN_FREE: '0B' },
    fill: () => fillUp(join(folder, FILLER), Infinity),
    free: () => rm(join(folder, FILLER)),
    makeReadOnly: () => run('mount', '-o', 'remount,ro', folder),
    makeWritable: () => run('mount', '-o', 'remount,rw', folder),
    async [Symbol.asyncDispose]() {
      await run('umount', '-l', folder);
      await rm(folder, { recursive: true });
    },
  };
}

/**
 * Without the right to mount: the services are told to leave nearly all free space free, so that a file of some size takes
 * what they may use; and folders lose their permission to be written, or for root, whom that does not stop, their being
 * folders.
 */
async function folderLikeDisk(folder: string): Promise<SmallDisk> {
  const { bavail, bsize } = await statfs(folder);
  const isRoot = process.getuid?.() === 0;
  const incoming = async () => {
    const stores = await readdir(join(folder, 'artifacts'));
    return stores.map((store) => join(folder, 'artifacts', store, 'incoming'));
  };
  const forEachFolder = async (mode: number) => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const folders = entries
      .filter((entry) => entry.isDirectory())
      .map(({ parentPath, name }) => join(parentPath, name));
    for (const path of [folder, ...folders]) await chmod(path, mode);
  };
  return {
    folder,
    environment: {
      FRAMESONG_DATA_DIR: folder,
      FRAMESONG_ARTIFACT_MIN_FREE: `${Math.floor((bavail * bsize) / MB) - LEFT_TO_SERVICES_MB}MB`,
    },
    fill: () => allocate(join(folder, FILLER), 2 * LEFT_TO_SERVICES_MB * MB),
    free: () => rm(join(folder, FILLER)),
    async makeReadOnly() {
      if (!isRoot) return forEachFolder(0o500);
      for (const path of await incoming()) {
        await rename(path, `${path}.aside`);
        await writeFile(path, '');
      }
    },
    async makeWritable() {
      if (!isRoot) return forEachFolder(0o700);
      for (const path of await incoming()) {
        await rm(path);
        await rename(`${path}.aside`, path);
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** Takes space, without writing it where the system can. */
async function allocate(path: string, sizeBytes: number): Promise<void> {
  await run('fallocate', '-l', String(sizeBytes), path).catch(() => fillUp(path, sizeBytes));
}

/** Writes until the size is reached or nothing more fits. */
async function fillUp(path: string, sizeBytes: number): Promise<void> {
  const block = Buffer.alloc(MB, 1);
  const page = Buffer.alloc(4096, 1);
  await using file = await open(path, 'w');
  for (const piece of [block, page]) {
    try {
      for (let done = 0; done < sizeBytes; done += piece.length) await file.write(piece);
      return;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
    }
  }
}

async function run(program: string, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)(program, args);
}
