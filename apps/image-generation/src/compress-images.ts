import {
  CompressionServiceService,
  ImageFormat,
  type CompressImageStreamRequest,
  type CompressionFacts,
  type CompressionOptions,
} from '@framesong/contracts/compression/v1/compression_service';
import { FramesongError } from '@framesong/errors';
import { createClient, msOfDuration, type RpcChannel } from '@framesong/rpc';
import { addStages } from '@framesong/telemetry';
import type { PictureRef } from './first-frame-input.ts';

/** A reference within its budget. */
export interface CompressedImage {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** Brings the picture whose content is `chunks` under the budget of one reference, in one of the `accepted` media types. */
export type CompressImages = (
  chunks: AsyncIterable<Buffer>,
  source: PictureRef,
  how: { readonly accepted: readonly string[]; readonly signal: AbortSignal },
) => Promise<CompressedImage>;

const MEDIA_TYPES: Readonly<Partial<Record<ImageFormat, string>>> = {
  [ImageFormat.JPEG]: 'image/jpeg',
  [ImageFormat.PNG]: 'image/png',
  [ImageFormat.WEBP]: 'image/webp',
};

const FORMATS = [ImageFormat.JPEG, ImageFormat.WEBP, ImageFormat.PNG] as const;

/** Calls the compression service, in chunks whatever the size: the source goes from disk to wire and is never held whole. */
export function createCompressImages(
  channel: RpcChannel,
  limits: { budgetBytes: number; maxSidePixels: number; timeoutMs: number },
): CompressImages {
  const client = createClient(channel, CompressionServiceService);
  const options: CompressionOptions = {
    maxSizeBytes: BigInt(limits.budgetBytes),
    maxSidePixels: limits.maxSidePixels,
    acceptedFormats: [],
    background: '',
    minQuality: 0,
    minScale: 0,
    alwaysEncode: false,
    tolerateTruncation: false,
    budgetEncoding: 0,
    estimateQuality: false,
  };
  return async (chunks, source, { accepted, signal }) => {
    const acceptedFormats = FORMATS.filter((format) => accepted.includes(MEDIA_TYPES[format]!));
    let facts: CompressionFacts | undefined;
    const parts: Buffer[] = [];
    const answers = client.compressImageStream(uploadOf({ ...options, acceptedFormats }, chunks, source), {
      signal,
      timeoutMs: limits.timeoutMs,
    });
    for await (const { part } of answers) {
      if (part?.$case === 'facts') facts = part.value;
      else if (part?.$case === 'chunk') parts.push(part.value);
    }
    const mediaType = facts && MEDIA_TYPES[facts.format];
    if (!facts || !mediaType) {
      throw new FramesongError('the compression service sent no usable answer', {
        code: 'INTERNAL',
        reason: 'NO_FACTS',
      });
    }
    addStages(
      facts.stages.map((stage) => ({
        name: stage.name,
        startOffsetMs: msOfDuration(stage.startOffset) ?? 0,
        durationMs: msOfDuration(stage.duration) ?? 0,
        depth: stage.depth,
      })),
    );
    return { bytes: Buffer.concat(parts), mediaType };
  };
}

/** True when the compression service is away or busy: the work was not done, and a repeat may succeed. */
export function isCompressionAway(error: unknown): boolean {
  if (!(error instanceof FramesongError)) return false;
  return error.code === 'UNAVAILABLE' || error.reason === 'SERVER_BUSY' || error.reason === 'POOL_BUSY';
}

async function* uploadOf(
  options: CompressionOptions,
  chunks: AsyncIterable<Buffer>,
  source: PictureRef,
): AsyncGenerator<CompressImageStreamRequest> {
  yield { part: { $case: 'options', value: options } };
  for await (const chunk of chunks) yield { part: { $case: 'chunk', value: chunk } };
  const sha256 = source.digest.slice('sha256:'.length);
  yield { part: { $case: 'commit', value: { sizeBytes: BigInt(source.sizeBytes), sha256 } } };
}
