import { createHash } from 'node:crypto';
import type {
  CompressImageStreamRequest,
  CompressionFacts,
  CompressionOptions,
} from '@framesong/contracts/compression/v1/compression_service';
import { FramesongError } from '@framesong/errors';
import type { CallOptions } from '@framesong/rpc';
import { chunksOf, type UploadSource } from './content-source.ts';
import type { Framesong } from './framesong.ts';
import { repeat } from './repeat.ts';

/** A compressed image and what was done. */
export interface CompressedImage {
  readonly bytes: Buffer;
  readonly facts: CompressionFacts;
}

/**
 * Brings an image of up to 64 MiB under a byte budget. It is sent in chunks and sent again while the service is away; the
 * digest of what comes back is checked.
 * @throws FramesongError as CompressImageStream; INVALID_ARGUMENT for a file that cannot be read
 */
export function compressImage(
  { rpc }: Pick<Framesong['compression'], 'rpc'>,
  source: UploadSource,
  compression: CompressionOptions,
  options: CallOptions = {},
): Promise<CompressedImage> {
  return repeat(options, async (left) => {
    let facts: CompressionFacts | undefined;
    const chunks: Buffer[] = [];
    for await (const { part } of rpc.compressImageStream(messages(source, compression), left)) {
      if (part?.$case === 'facts') facts = part.value;
      else if (part) chunks.push(part.value);
    }
    const bytes = Buffer.concat(chunks);
    if (facts?.sha256 === createHash('sha256').update(bytes).digest('hex')) return { bytes, facts };
    throw new FramesongError('the compressed image did not arrive as it was sent', {
      code: 'UNAVAILABLE',
      reason: 'CUT',
    });
  });
}

async function* messages(
  source: UploadSource,
  compression: CompressionOptions,
): AsyncGenerator<CompressImageStreamRequest> {
  yield { part: { $case: 'options', value: compression } };
  // The digest comes last, so one reading does for it and for the chunks.
  const hash = createHash('sha256');
  let sizeBytes = 0n;
  for await (const chunk of chunksOf(source)) {
    hash.update(chunk);
    sizeBytes += BigInt(chunk.length);
    yield { part: { $case: 'chunk', value: chunk } };
  }
  yield { part: { $case: 'commit', value: { sizeBytes, sha256: hash.digest('hex') } } };
}
