import type { UploadCommit } from '@framesong/contracts/artifact/v1/artifact_service';
import { FramesongError, invalidField } from '@framesong/errors';
import type { Source } from './source.ts';
import type { SpoolFile } from './spool.ts';

const MAX_CHUNK_BYTES = 256 * 1024;

/** @throws FramesongError INVALID_ARGUMENT for a chunk over 256 KiB, or when the image grows over the limit */
export async function appendChunk(file: SpoolFile, chunk: Uint8Array): Promise<void> {
  if (chunk.length > MAX_CHUNK_BYTES) {
    throw invalidField('chunk', `has ${chunk.length} bytes, at most ${MAX_CHUNK_BYTES} are taken; send more chunks`);
  }
  await file.append(chunk);
}

/**
 * Ends an upload by its commit.
 * @throws FramesongError DATA_LOSS when size or digest do not match what arrived, INVALID_ARGUMENT when that is nothing
 */
export async function commitUpload(file: SpoolFile, commit: UploadCommit): Promise<Source> {
  const source = await file.finish();
  try {
    checkCommit(source, commit);
    return source;
  } catch (thrown) {
    await source[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** INVALID_ARGUMENT for an upload that ends too early. */
export function commitMissing(): FramesongError {
  const advice = 'is missing: an upload without commit does not count; end it with size and digest';
  return invalidField('commit', advice, { reason: 'UPLOAD_NOT_COMMITTED' });
}

function checkCommit({ sizeBytes, sha256 }: Source, commit: UploadCommit): void {
  if (BigInt(sizeBytes) !== commit.sizeBytes || sha256 !== commit.sha256) {
    throw new FramesongError(
      `commit: ${sizeBytes} bytes with SHA-256 ${sha256} arrived, the commit says otherwise; send the image again`,
      { code: 'DATA_LOSS', reason: 'UPLOAD_MISMATCH', metadata: { size_bytes: String(sizeBytes), sha256 } },
    );
  }
  if (sizeBytes === 0) {
    throw invalidField('chunk', 'the upload is empty; send the bytes of an image file', { reason: 'IMAGE_EMPTY' });
  }
}
