import type {
  CompressImageStreamRequest,
  CompressionOptions,
} from '@framesong/contracts/compression/v1/compression_service';
import { invalidField } from '@framesong/errors';
import type { Source } from './source.ts';
import type { Spool } from './spool.ts';
import { appendChunk, commitMissing, commitUpload } from './upload-parts.ts';

/**
 * Reads the upload of one image: options, chunks, commit.
 * @throws FramesongError INVALID_ARGUMENT for a wrong order, a missing commit or a chunk that is too large; DATA_LOSS when
 *   size or digest of the commit do not match
 */
export async function readCompressUpload(
  requests: AsyncIterable<CompressImageStreamRequest>,
  spool: Spool,
): Promise<{ options: CompressionOptions; source: Source }> {
  await using file = spool.create();
  let options: CompressionOptions | undefined;
  for await (const { part } of requests) {
    if (part?.$case === 'options' && !options) options = part.value;
    else if (!options) throw invalidField('options', 'must come first; send an empty message for all defaults');
    else if (part?.$case === 'chunk') await appendChunk(file, part.value);
    else if (part?.$case === 'commit') return { options, source: await commitUpload(file, part.value) };
    else throw invalidField('part', 'must be options first, then chunks, then commit');
  }
  throw commitMissing();
}
