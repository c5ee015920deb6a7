import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { UploadCommit } from '@framesong/contracts/artifact/v1/artifact_service';
import { invalidField } from '@framesong/errors';

const CHUNK_BYTES = 256 * 1024;

/** What is sent: bytes in memory, or the path of a file. */
export type UploadSource = Uint8Array | string;

/**
 * The content from an offset on, in pieces as large as a message may hold.
 * @throws FramesongError INVALID_ARGUMENT for a file that cannot be read
 */
export async function* chunksOf(source: UploadSource, offset = 0): AsyncGenerator<Buffer> {
  if (typeof source !== 'string') {
    const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    for (let at = offset; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
    return;
  }
  await using file = await open(source, 'r').catch((cause: unknown) => Promise.reject(unreadable(source, cause)));
  for (let at = offset; ;) {
    const { bytesRead, buffer } = await file
      .read(Buffer.allocUnsafeSlow(CHUNK_BYTES), 0, CHUNK_BYTES, at)
      .catch((cause: unknown) => Promise.reject(unreadable(source, cause)));
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Size and digest that end an upload; reads the content once. */
export async function commitOf(source: UploadSource): Promise<UploadCommit> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of chunksOf(source)) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sizeBytes: BigInt(sizeBytes), sha256: hash.digest('hex') };
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
};

function unreadable(path: string, cause: unknown) {
  const code = String((cause as { code?: unknown }).code);
  return invalidField('source', `${path} ${WORDS[code] ?? `cannot be read (${code})`}`, {
    reason: 'SOURCE_UNREADABLE',
    cause,
  });
}
