import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FramesongError, invalidField } from '@framesong/errors';

const READ_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
};

/**
 * The text of a file that an option names.
 * @throws FramesongError INVALID_ARGUMENT
 */
export async function readText(option: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => Promise.reject(unreadable(option, path, cause)));
}

/**
 * Size of a file that an option names, to find a wrong path before any work begins.
 * @throws FramesongError INVALID_ARGUMENT
 */
export async function sizeOfFile(option: string, path: string): Promise<number> {
  const facts = await stat(path).catch((cause: unknown) => Promise.reject(unreadable(option, path, cause)));
  if (facts.isFile()) return facts.size;
  throw invalidField(option, `${path} is not a file`);
}

/**
 * Writes a file as a whole: a reader sees the old content or the new one, never a part. Missing folders are made.
 * @returns how many bytes were written
 * @throws FramesongError INVALID_ARGUMENT for a place that cannot be written, RESOURCE_EXHAUSTED for a full disk
 */
export async function writeOutput(
  option: string,
  path: string,
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<number> {
  const unfinished = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}`);
  let sizeBytes = 0;
  const counted = async function* () {
    for await (const chunk of content) {
      sizeBytes += chunk.length;
      yield chunk;
    }
  };
  try {
    await mkdir(dirname(path), { recursive: true });
    await pipeline(counted(), createWriteStream(unfinished));
    await rename(unfinished, path);
    return sizeBytes;
  } catch (thrown) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw writeError(option, path, thrown);
  }
}

function writeError(option: string, path: string, thrown: unknown): unknown {
  const code = (thrown as { code?: unknown }).code;
  if (thrown instanceof FramesongError || typeof code !== 'string') return thrown;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new FramesongError(`${path} cannot be written: the disk is full`, {
      code: 'RESOURCE_EXHAUSTED',
      reason: 'DISK_FULL',
      cause: thrown,
    });
  }
  return invalidField(option, `${path} cannot be written (${code})`);
}

function unreadable(option: string, path: string, cause: unknown): FramesongError {
  const code = String((cause as { code?: unknown }).code);
  return invalidField(option, `${path} ${READ_WORDS[code] ?? `cannot be read (${code})`}`, { cause });
}
