import type {
  CompressImageStreamRequest,
  CompressImageStreamResponse,
} from '@framesong/contracts/compression/v1/compression_service';
import type { CallContext } from '@framesong/rpc';
import { currentStages } from '@framesong/telemetry';
import { compressionFacts } from './compression-facts.ts';
import { compressionOptions } from './compression-options.ts';
import type { CompressionParts } from './compression-service.ts';
import { readCompressUpload } from './read-compress-upload.ts';
import { resultChunks } from './result-chunks.ts';

/** `CompressImageStream`: one image of any size in chunks. A large source waits on disk, not in memory, until its commit. */
export async function* compressImageStream(
  { compressor, spool, defaults }: CompressionParts,
  requests: AsyncIterable<CompressImageStreamRequest>,
  call: CallContext,
): AsyncGenerator<CompressImageStreamResponse> {
  const upload = await readCompressUpload(requests, spool);
  await using source = upload.source;
  const compressed = await compressor.compress(source, compressionOptions(upload.options, defaults), call.signal);
  yield { part: { $case: 'facts', value: compressionFacts(compressed, currentStages()) } };
  for (const value of resultChunks(compressed.data)) yield { part: { $case: 'chunk', value } };
}
