import { createHash } from 'node:crypto';
import type {
  CompressImageRequest,
  CompressImageResponse,
} from '@framesong/contracts/compression/v1/compression_service';
import { invalidField } from '@framesong/errors';
import type { CallContext } from '@framesong/rpc';
import { currentStages } from '@framesong/telemetry';
import { compressionFacts } from './compression-facts.ts';
import { compressionOptions } from './compression-options.ts';
import type { CompressionParts } from './compression-service.ts';
import type { Source } from './source.ts';

/** Largest source, and largest result, of a unary call; the rest goes in chunks. A data URI of it still fits a message. */
export const MAX_INLINE_BYTES = 700 * 1024;

/** `CompressImage`: one small image, bytes in and bytes out. */
export async function compressImage(
  { compressor, defaults }: CompressionParts,
  request: CompressImageRequest,
  call: CallContext,
): Promise<CompressImageResponse> {
  const { length } = request.source;
  if (length === 0)
    throw invalidField('source', 'is empty; send the bytes of an image file', { reason: 'IMAGE_EMPTY' });
  if (length > MAX_INLINE_BYTES) {
    throw invalidField('source', `has ${length} bytes, at most ${MAX_INLINE_BYTES} are taken; use CompressImageStream`);
  }
  const options = compressionOptions(request.options, defaults);
  if (options.maxSizeBytes > MAX_INLINE_BYTES) {
    const advice = `a result over ${MAX_INLINE_BYTES} bytes does not fit the answer; use CompressImageStream`;
    throw invalidField('options.max_size_bytes', advice);
  }
  const compressed = await compressor.compress(sourceOf(request.source), options, call.signal);
  const facts = compressionFacts(compressed, currentStages());
  const { data } = compressed;
  if (!request.asDataUri) return { image: data, facts };
  return {
    image: Buffer.alloc(0),
    facts,
    dataUri: `data:${compressed.facts.mediaType};base64,${data.toString('base64')}`,
  };
}

/** A source that needs no file. */
function sourceOf(content: Buffer): Source {
  const held = { content, [Symbol.asyncDispose]: () => Promise.resolve() };
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { ...held, sizeBytes: content.length, sha256, hold: () => held };
}
