import type { ReadArtifactResponse, WriteArtifactRequest } from '@framesong/contracts/artifact/v1/artifact_service';
import type { ArtifactRef } from '@framesong/contracts/artifact/v1/artifact';
import type { CompressImageStreamRequest } from '@framesong/contracts/compression/v1/compression_service';

/** A reference that carries any text in its digest. */
export function refOf(digest: string): ArtifactRef {
  return { digest, sizeBytes: 0n, mediaType: '', uri: '' };
}

/** A message of a download. */
export function downloadChunk(text: string | Buffer): ReadArtifactResponse {
  return { chunk: Buffer.from(text) };
}

/** A message of an upload. */
export function uploadChunk(text: string | Buffer): WriteArtifactRequest & CompressImageStreamRequest {
  return { part: { $case: 'chunk', value: Buffer.from(text) } };
}

/** The text of a message of an upload. */
export function chunkText(request: WriteArtifactRequest | CompressImageStreamRequest): string {
  return request.part?.$case === 'chunk' ? request.part.value.toString() : '';
}

/** An async source of the given values. */
export async function* from<T>(...values: readonly T[]): AsyncGenerator<T> {
  for (const value of values) {
    await Promise.resolve();
    yield value;
  }
}
