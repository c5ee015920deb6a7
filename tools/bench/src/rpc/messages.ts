import type { WriteArtifactRequest, WriteArtifactResponse } from '@framesong/contracts/artifact/v1/artifact_service';
import type {
  CompressImageRequest,
  CompressImageResponse,
} from '@framesong/contracts/compression/v1/compression_service';
import { CHUNK_BYTES } from './load.ts';

/** A request whose size is that of its bytes. */
export function requestOf(source: Buffer): CompressImageRequest {
  return { source, options: undefined };
}

/** The answer: the same bytes. */
export function answerTo({ source }: CompressImageRequest): CompressImageResponse {
  return { image: source, facts: undefined };
}

/** The messages of an upload, without digest: it is the transport that is measured. */
export function* messagesOf(content: Buffer): Generator<WriteArtifactRequest> {
  yield { part: { $case: 'header', value: { mediaType: '', uploadId: '', offset: 0n } } };
  for (let at = 0; at < content.length; at += CHUNK_BYTES) {
    yield { part: { $case: 'chunk', value: content.subarray(at, at + CHUNK_BYTES) } };
  }
  yield { part: { $case: 'commit', value: { sizeBytes: BigInt(content.length), sha256: '' } } };
}

/** Bytes of content in a message. */
export function contentBytes({ part }: WriteArtifactRequest): number {
  return part?.$case === 'chunk' ? part.value.length : 0;
}

/** The answer to an upload: how much arrived. */
export function arrived(sizeBytes: number): WriteArtifactResponse {
  return { artifact: { digest: '', sizeBytes: BigInt(sizeBytes), mediaType: '', uri: '' } };
}
