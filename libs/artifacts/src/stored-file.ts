import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { throwIfAborted, systemCode } from '@framesong/errors';
import { artifactNotFound, artifactRef } from './artifact-names.ts';
import type { ArtifactRef, ReadRange } from './artifact-store.ts';
import { damaged, type MeasuredContent } from './content-checks.ts';
import { ABOUT_FILE, CONTENT_FILE } from './file-layout.ts';

const CHUNK_BYTES = 64 * 1024;

/** The reference of an artifact folder. @throws FramesongError NOT_FOUND; DATA_LOSS when its files do not fit together. */
export async function readRef(folder: string, sha256: string): Promise<ArtifactRef> {
  const { digest } = artifactRef(sha256, 0, '');
  try {
    const about: unknown = JSON.parse(await readFile(path.join(folder, ABOUT_FILE), 'utf8'));
    const { mediaType, sizeBytes } = about as Record<string, unknown>;
    const { size } = await stat(path.join(folder, CONTENT_FILE));
    if (typeof mediaType !== 'string' || sizeBytes !== size) throw damaged(digest);
    return artifactRef(sha256, size, mediaType);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') throw artifactNotFound(digest);
    // By name: a syntax error is not of this class in every realm.
    if ((thrown as { name?: unknown }).name === 'SyntaxError') throw damaged(digest, thrown);
    throw thrown;
  }
}

/**
 * A range of the content. The whole is checked against its digest, and its last chunk is held back until it has matched, so
 * that nobody takes damaged content for complete.
 */
export async function* readContent(folder: string, ref: ArtifactRef, range: ReadRange): AsyncGenerator<Buffer> {
  const { offset = 0, limit = 0, signal } = range;
  const end = limit > 0 ? Math.min(ref.sizeBytes, offset + limit) : ref.sizeBytes;
  const hash = offset === 0 && end === ref.sizeBytes ? createHash('sha256') : undefined;
  await using handle = await openContent(folder, ref);
  let held: Buffer | undefined;
  for (let position = offset; position < end;) {
    throwIfAborted(signal);
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) throw damaged(ref.digest);
    const chunk = buffer.subarray(0, bytesRead);
    hash?.update(chunk);
    if (held) yield held;
    held = chunk;
    position += bytesRead;
  }
  if (hash && `sha256:${hash.digest('hex')}` !== ref.digest) throw damaged(ref.digest);
  if (held) yield held;
}

/** Size and digest of a file as it is on disk. */
export async function measureFile(file: string): Promise<MeasuredContent> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await using handle = await open(file, 'r');
  for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: CHUNK_BYTES })) {
    hash.update(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

async function openContent(folder: string, ref: ArtifactRef) {
  try {
    return await open(path.join(folder, CONTENT_FILE), 'r');
  } catch (thrown) {
    throw systemCode(thrown) === 'ENOENT' ? artifactNotFound(ref.digest) : thrown;
  }
}
