import { createHash } from 'node:crypto';
import type { Framesong } from '@framesong/client';
import type {
  CompressImageSetHeader,
  CompressImageSetRequest,
  CompressionFacts,
  CompressionOptions,
} from '@framesong/contracts/compression/v1/compression_service';
import { toFramesongError, type FramesongError } from '@framesong/errors';
import { errorOfRpcStatus, type CallOptions } from '@framesong/rpc';

type Rpc = Framesong['compression']['rpc'];

const CHUNK_BYTES = 256 * 1024;

/** Options of a compression: all defaults, but for `changes`. */
export function compressionOptions(changes: Partial<CompressionOptions> = {}): CompressionOptions {
  return {
    maxSizeBytes: 0n,
    maxSidePixels: 0,
    acceptedFormats: [],
    background: '',
    minQuality: 0,
    minScale: 0,
    alwaysEncode: false,
    tolerateTruncation: false,
    budgetEncoding: 0,
    estimateQuality: false,
    ...changes,
  };
}

/** What became of a set. */
export interface SetAnswer {
  /** By index; failed ones are left out. */
  readonly images: Map<number, { readonly facts: CompressionFacts; readonly bytes: Buffer }>;
  readonly failures: Map<number, FramesongError>;
  /** Indices in the order of arrival. */
  readonly order: readonly number[];
  /** What the call itself ended with. */
  readonly error: FramesongError | undefined;
}

/** Sends a set and collects the whole answer. */
export async function compressSet(
  rpc: Rpc,
  header: CompressImageSetHeader,
  sources: readonly Buffer[],
  options: CallOptions = {},
): Promise<SetAnswer> {
  const images = new Map<number, { facts: CompressionFacts; bytes: Buffer }>();
  const failures = new Map<number, FramesongError>();
  const order: number[] = [];
  let error: FramesongError | undefined;
  try {
    for await (const { part } of rpc.compressImageSet(setMessages(header, sources), options)) {
      const last = order.at(-1)!;
      if (part?.$case === 'image') images.set(part.value.index, { facts: part.value.facts!, bytes: Buffer.alloc(0) });
      else if (part?.$case === 'failure') failures.set(part.value.index, errorOfRpcStatus(part.value.error!));
      else if (part) images.get(last)!.bytes = Buffer.concat([images.get(last)!.bytes, part.value]);
      if (part && part.$case !== 'chunk') order.push(part.value.index);
    }
  } catch (thrown) {
    error = toFramesongError(thrown);
  }
  return { images, failures, order, error };
}

/** The upload of a set. */
export async function* setMessages(
  header: CompressImageSetHeader,
  sources: readonly Buffer[],
): AsyncGenerator<CompressImageSetRequest> {
  await Promise.resolve();
  yield { part: { $case: 'header', value: header } };
  for (const source of sources) {
    for (let offset = 0; offset < source.length; offset += CHUNK_BYTES) {
      yield { part: { $case: 'chunk', value: source.subarray(offset, offset + CHUNK_BYTES) } };
    }
    const sha256 = createHash('sha256').update(source).digest('hex');
    yield { part: { $case: 'commit', value: { sizeBytes: BigInt(source.length), sha256 } } };
  }
}
