import { systemCode } from '@framesong/errors';
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** Owner only: artifacts may be anybody's pictures. */
export const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;

/** Makes a folder and its parents, and makes sure that they survive a power cut. */
export async function makeFolderDurably(folder: string): Promise<void> {
  const firstMade = await makeFolder(folder);
  if (firstMade === undefined) return;
  for (let made = folder; made.length >= firstMade.length; made = path.dirname(made))
    await syncFolder(path.dirname(made));
}

/**
 * Makes a folder and its parents and returns the topmost that was made. Not by `recursive`: that tells of a file system
 * that is read-only or full as ENOENT.
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode: FOLDER_MODE });
    return folder;
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return undefined;
    if (code !== 'ENOENT' || path.dirname(folder) === folder) throw thrown;
  }
  const firstMade = await makeFolder(path.dirname(folder));
  await makeFolder(folder);
  return firstMade ?? folder;
}

/** Makes the names in a folder survive a power cut: syncing a file does not sync its name. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

/** Writes a small file and syncs it. */
export async function writeFileDurably(file: string, content: string): Promise<void> {
  await using handle = await open(file, 'w', FILE_MODE);
  await handle.writeFile(content);
  await handle.sync();
}

/** Writes all of `chunk` at `position`: one write call may take only a part. */
export async function writeFully(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.byteLength;) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done, position + done);
    done += bytesWritten;
  }
}
