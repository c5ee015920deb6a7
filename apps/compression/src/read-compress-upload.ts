import type {
  CompressImageStreamRequest,
  CompressionOptions,
} from '@framesong/contracts/compression/v1/compression_service';
import { FramesongError, invalidField } from '@framesong/errors';
import type { SpoolFile } from './spool.ts';

const MAX_CHUNK_BYTES = 256 * 1024;

/**
 * Writes the chunks of an upload into `file` and checks its commit.
 * @returns the options of the header
 * @throws FramesongError INVALID_ARGUMENT for a wrong order, a missing commit or a chunk that is too large; DATA_LOSS when
 *   size or digest of the commit do not match
 */
export async function readCompressUpload(
  requests: AsyncIterable<CompressImageStreamRequest>,
  file: SpoolFile,
): Promise<CompressionOptions> {
  let options: CompressionOptions | undefined;
  for await (const { part } of requests) {
    if (part?.$case === 'options' && !options) options = part.value;
    else if (!options) throw invalidField('options', 'must come first; send an empty message for all defaults');
    else if (part?.$case === 'chunk') {
      if (part.value.length > MAX_CHUNK_BYTES) {
        throw invalidField(
          'chunk',
          `has ${part.value.length} bytes, at most ${MAX_CHUNK_BYTES} are taken; send more chunks`,
        );
      }
      await file.append(part.value);
    } else if (part?.$case === 'commit') {
      const { sizeBytes, sha256 } = await file.finish();
      if (BigInt(sizeBytes) !== part.value.sizeBytes || sha256 !== part.value.sha256) {
        throw new FramesongError(
          `commit: ${sizeBytes} bytes with SHA-256 ${sha256} arrived, the commit says otherwise; send the image again`,
          { code: 'DATA_LOSS', reason: 'UPLOAD_MISMATCH', metadata: { size_bytes: String(sizeBytes), sha256 } },
        );
      }
      if (sizeBytes === 0)
        throw invalidField('chunk', 'the upload is empty; send the bytes of an image file', { reason: 'IMAGE_EMPTY' });
      return options;
    } else throw invalidField('part', 'must be options first, then chunks, then commit');
  }
  throw invalidField('commit', 'is missing: an upload without commit does not count; end it with size and digest', {
    reason: 'UPLOAD_NOT_COMMITTED',
  });
}
