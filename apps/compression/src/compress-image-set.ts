import { PassThrough } from 'node:stream';
import type {
  CompressImageSetRequest,
  CompressImageSetResponse,
} from '@framesong/contracts/compression/v1/compression_service';
import { FramesongError } from '@framesong/errors';
import { rpcStatusOf, type CallContext } from '@framesong/rpc';
import { compressSet, type SetOutcome, type SetWork } from './compress-set.ts';
import { compressionFacts } from './compression-facts.ts';
import type { CompressionParts } from './compression-service.ts';
import { MAX_IMAGES, readImageSet } from './read-image-set.ts';
import { resultChunks } from './result-chunks.ts';

/** `CompressImageSet`: several images under one budget. Work begins while later images still arrive. */
export async function* compressImageSet(
  { compressor, spool }: CompressionParts,
  requests: AsyncIterable<CompressImageSetRequest>,
  call: CallContext,
): AsyncGenerator<CompressImageSetResponse> {
  await using sources = new AsyncDisposableStack();
  const stop = new AbortController();
  const outcomes = new PassThrough({ objectMode: true, highWaterMark: MAX_IMAGES });
  const tell = (outcome: SetOutcome) => {
    if (!outcomes.destroyed) outcomes.write(outcome);
  };

  const receive = async () => {
    let work: SetWork | undefined;
    for await (const part of readImageSet(requests, spool)) {
      if ('roles' in part) work = compressSet(compressor, part, tell, AbortSignal.any([call.signal, stop.signal]));
      else work!.add(sources.use(part));
    }
    await work!.finish();
  };
  void receive().then(
    () => outcomes.end(),
    (thrown: unknown) => outcomes.destroy(thrown as Error),
  );

  const failures: (SetOutcome & { error: FramesongError })[] = [];
  try {
    for await (const outcome of outcomes as AsyncIterable<SetOutcome>) {
      if ('error' in outcome) failures.push(outcome);
      yield* responsesOf(outcome);
    }
  } finally {
    // Before the sources go: nothing may begin to read them any more.
    stop.abort();
  }
  if (failures.length > 0) throw incomplete(failures);
}

function* responsesOf(outcome: SetOutcome): Generator<CompressImageSetResponse> {
  const { index } = outcome;
  if ('error' in outcome) {
    yield { part: { $case: 'failure', value: { index, error: rpcStatusOf(outcome.error) } } };
    return;
  }
  // No stages: those of one image cannot be told from those of the others that are worked on at the same time.
  const facts = compressionFacts(outcome.compressed, []);
  const shareBytes = BigInt(outcome.shareBytes);
  yield { part: { $case: 'image', value: { index, facts, shareBytes } } };
  for (const value of resultChunks(outcome.compressed.data)) yield { part: { $case: 'chunk', value } };
}

function incomplete(failures: readonly { index: number; error: FramesongError }[]): FramesongError {
  const inOrder = failures.toSorted((a, b) => a.index - b.index);
  const list = inOrder.map(({ index }) => String(index)).join(', ');
  return new FramesongError(`${failures.length} of the images cannot be compressed: ${list}; all others were sent`, {
    code: inOrder[0]!.error.code,
    reason: 'IMAGE_SET_INCOMPLETE',
    violations: inOrder.map(({ index, error }) => ({ field: `images[${index}]`, description: error.message })),
    metadata: { failed: list },
  });
}
