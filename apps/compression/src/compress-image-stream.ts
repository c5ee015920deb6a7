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

const RESULT_CHUNK_BYTES = 64 * 1024;

/** `CompressImageStream`: one image of any size in chunks. The source waits on disk, not in memory, until its commit. */
export async function* compressImageStream(
  { compressor, spool, defaults }: CompressionParts,
  requests: AsyncIterable<CompressImageStreamRequest>,
  call: CallContext,
): AsyncGenerator<CompressImageStreamResponse> {
  await using file = await spool.create();
  const options = compressionOptions(await readCompressUpload(requests, file), defaults);
  const { result, cpuMs } = await compressor.compress({ source: file.path, options }, call.signal);
  yield { part: { $case: 'facts', value: compressionFacts(result, cpuMs, currentStages()) } };
  for (let offset = 0; offset < result.data.length; offset += RESULT_CHUNK_BYTES) {
    yield { part: { $case: 'chunk', value: Buffer.from(result.data.subarray(offset, offset + RESULT_CHUNK_BYTES)) } };
  }
}
