import { systemCode } from '@framesong/errors';
import { readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FILE_MODE } from './durable-files.ts';
import type { FileLayout } from './file-layout.ts';

/** One place that refers to an artifact. */
export interface ArtifactReference {
  readonly tenant: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/** What is removed. */
export interface UnreferencedOptions {
  /** Nothing is removed that was stored or read within this time: what refers to it may still be on its way. */
  readonly unusedForMs: number;
  /** All that is referred to. Read after the folder was looked through, and to its end before anything is removed. */
  readonly references: () => AsyncIterable<ArtifactReference>;
  /** Nothing is done when another process has done it in this folder within this time. Default 0. */
  readonly atMostEveryMs?: number;
}

/** Uses are noted with this precision, so that not every read writes to the disk. */
const NOTE_MS = 60_000;
const MARK = 'looked-through';

/** Notes that an artifact is used. Never fails: what it is noted for fails by itself when the artifact is gone. */
export async function noteUse(folder: string): Promise<void> {
  try {
    if ((await stat(folder)).mtimeMs < Date.now() - NOTE_MS) await utimes(folder, new Date(), new Date());
  } catch {
    // Gone, or on a disk that takes no writes: nothing is removed there either.
  }
}

/** Removes finished artifacts that nothing refers to and nobody used for a while. Returns how many; undefined when another process did it lately. */
export async function removeUnreferenced(
  layout: FileLayout,
  { unusedForMs, references, atMostEveryMs = 0 }: UnreferencedOptions,
): Promise<number | undefined> {
  if (!(await claim(path.join(layout.root, MARK), atMostEveryMs))) return undefined;
  const olderThanMs = Date.now() - unusedForMs;
  const candidates = new Set(await unusedSince(layout, olderThanMs));
  if (candidates.size === 0) return 0;
  for await (const { tenant, digest } of references()) {
    candidates.delete(layout.artifact(tenant, digest.replace(/^sha256:/, '')));
  }
  let removed = 0;
  for (const folder of candidates) if (await removeUnused(layout, folder, olderThanMs)) removed += 1;
  return removed;
}

/** True for one of several processes that ask within the time. */
async function claim(mark: string, atMostEveryMs: number): Promise<boolean> {
  const doneMs = await lastUsedMs(mark);
  if (doneMs !== undefined && Date.now() - doneMs < atMostEveryMs) return false;
  await writeFile(mark, '', { mode: FILE_MODE });
  await utimes(mark, new Date(), new Date());
  return true;
}

async function unusedSince(layout: FileLayout, olderThanMs: number): Promise<string[]> {
  const unused: string[] = [];
  const root = path.join(layout.root, 'artifacts');
  for (const tenant of await namesIn(root)) {
    for (const prefix of await namesIn(path.join(root, tenant))) {
      for (const name of await namesIn(path.join(root, tenant, prefix))) {
        const folder = path.join(root, tenant, prefix, name);
        if (((await lastUsedMs(folder)) ?? Infinity) < olderThanMs) unused.push(folder);
      }
    }
  }
  return unused;
}

/** Out of the way first, then looked at once more: who used it in between gets it back. */
async function removeUnused(layout: FileLayout, folder: string, olderThanMs: number): Promise<boolean> {
  const aside = layout.newIncoming();
  try {
    await rename(folder, aside);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return false;
    throw thrown;
  }
  if (((await lastUsedMs(aside)) ?? 0) >= olderThanMs) {
    // Who stored the same content meanwhile has put it there again.
    await rename(aside, folder).catch(() => rm(aside, { recursive: true, force: true }));
    return false;
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}

async function lastUsedMs(entry: string): Promise<number | undefined> {
  try {
    return (await stat(entry)).mtimeMs;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}
