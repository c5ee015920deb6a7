import { createHash, randomUUID } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import type { ArtifactRef } from '@framesong/contracts/artifact/v1/artifact';
import type { WriteArtifactRequest } from '@framesong/contracts/artifact/v1/artifact_service';
import { FramesongError, toFramesongError } from '@framesong/errors';
import type { CallOptions } from '@framesong/rpc';
import type { ArtifactClient } from './framesong.ts';
import { isPassing, retryDelay } from './retry.ts';

const CHUNK_BYTES = 256 * 1024;
const MAX_TRIES = 5;

/** What is uploaded: bytes in memory, or the path of a file. */
export type UploadSource = Uint8Array | string;

/**
 * Uploads bytes or a file in chunks and returns its name. A broken connection is resumed where it stopped.
 * @throws FramesongError as WriteArtifact; UNAVAILABLE after five tries
 */
export async function uploadArtifact(
  artifacts: ArtifactClient,
  source: UploadSource,
  options: CallOptions & { readonly mediaType?: string } = {},
): Promise<ArtifactRef> {
  const uploadId = randomUUID();
  const mediaType = options.mediaType ?? '';
  const commit = await commitOf(source);
  let offset = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      const { artifact } = await artifacts.writeArtifact(
        messages(source, { mediaType, uploadId, offset }, commit),
        options,
      );
      if (artifact) return artifact;
      throw new FramesongError('the service returned no artifact', { code: 'INTERNAL', reason: 'NO_ARTIFACT' });
    } catch (thrown) {
      const error = toFramesongError(thrown);
      // The server tells where its part ends.
      const stored = error.code === 'OUT_OF_RANGE' ? Number(error.metadata['offset']) : NaN;
      if (Number.isFinite(stored)) offset = stored;
      else if (!isPassing(error)) throw error;
      if (attempt === MAX_TRIES) throw error;
      await retryDelay(attempt, error, options.signal);
    }
  }
}

type Commit = Extract<NonNullable<WriteArtifactRequest['part']>, { $case: 'commit' }>['value'];
type Header = Extract<NonNullable<WriteArtifactRequest['part']>, { $case: 'header' }>['value'];

async function* messages(
  source: UploadSource,
  header: Omit<Header, 'offset'> & { offset: number },
  commit: Commit,
): AsyncGenerator<WriteArtifactRequest> {
  yield { part: { $case: 'header', value: { ...header, offset: BigInt(header.offset) } } };
  for await (const chunk of chunksOf(source, header.offset)) yield { part: { $case: 'chunk', value: chunk } };
  yield { part: { $case: 'commit', value: commit } };
}

async function commitOf(source: UploadSource): Promise<Commit> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(source, 0)) hash.update(chunk);
  const sizeBytes = typeof source === 'string' ? (await stat(source)).size : source.byteLength;
  return { sizeBytes: BigInt(sizeBytes), sha256: hash.digest('hex') };
}

async function* chunksOf(source: UploadSource, offset: number): AsyncGenerator<Buffer> {
  if (typeof source !== 'string') {
    const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    for (let at = offset; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
    return;
  }
  await using file = await open(source, 'r');
  for (let at = offset; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
