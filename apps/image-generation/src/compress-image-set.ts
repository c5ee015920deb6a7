import {
  BudgetEncoding,
  CompressionServiceService,
  ImageFormat,
  ImageRole,
  type CompressImageSetHeader,
  type CompressImageSetRequest,
  type CompressImageSetResponse,
  type CompressionFacts,
} from '@framesong/contracts/compression/v1/compression_service';
import { FramesongError } from '@framesong/errors';
import { createClient, errorOfRpcStatus, type RpcChannel } from '@framesong/rpc';
import type { PictureRef } from './first-frame-input.ts';
import type { PreparationTerms } from './preparation.ts';

/** A picture that goes into a set. */
export interface SetSource {
  readonly role: 'scene' | 'character' | 'draft';
  readonly picture: PictureRef;
  readonly chunks: AsyncIterable<Buffer>;
}

/** What became of one picture of a set. */
export type SetAnswer =
  | {
      readonly index: number;
      readonly bytes: Buffer;
      readonly mediaType: string;
      readonly facts: CompressionFacts;
      readonly shareBytes: number;
    }
  | { readonly index: number; readonly error: FramesongError };

/**
 * Brings pictures under one budget by one call of the compression service; each answer comes as soon as it is certain. Ends with an
 * error when the call fails, and also after all answers when one of them is an error.
 */
export type CompressImageSet = (
  sources: readonly SetSource[],
  terms: PreparationTerms,
  signal: AbortSignal,
) => AsyncIterable<SetAnswer>;

const MEDIA_TYPES: Readonly<Partial<Record<ImageFormat, string>>> = {
  [ImageFormat.JPEG]: 'image/jpeg',
  [ImageFormat.PNG]: 'image/png',
  [ImageFormat.WEBP]: 'image/webp',
};

const ROLES = { scene: ImageRole.SCENE, character: ImageRole.CHARACTER, draft: ImageRole.OTHER } as const;

const FORMATS = [ImageFormat.JPEG, ImageFormat.WEBP, ImageFormat.PNG] as const;

/** The sources go from disk to wire in chunks and are never held whole. */
export function createCompressImageSet(channel: RpcChannel, timeoutMs: number): CompressImageSet {
  const client = createClient(channel, CompressionServiceService);
  return (sources, terms, signal) =>
    answersIn(client.compressImageSet(uploadOf(headerOf(sources, terms), sources), { signal, timeoutMs }));
}

/** True when the compression service is away or busy: the work was not done, and a repeat may succeed. */
export function isCompressionAway(error: unknown): boolean {
  if (!(error instanceof FramesongError)) return false;
  return error.code === 'UNAVAILABLE' || error.reason === 'SERVER_BUSY' || error.reason === 'POOL_BUSY';
}

function headerOf(sources: readonly SetSource[], terms: PreparationTerms): CompressImageSetHeader {
  return {
    totalMaxSizeBytes: BigInt(terms.totalBytes),
    options: {
      maxSizeBytes: BigInt(terms.budgetBytes),
      maxSidePixels: terms.maxSidePixels,
      acceptedFormats: FORMATS.filter((format) => terms.mediaTypes.includes(MEDIA_TYPES[format]!)),
      background: '',
      minQuality: 0,
      minScale: 0,
      alwaysEncode: false,
      tolerateTruncation: false,
      budgetEncoding: terms.encoding === 'base64' ? BudgetEncoding.BASE64 : BudgetEncoding.BINARY,
      estimateQuality: false,
    },
    roles: sources.map(({ role }) => ROLES[role]),
  };
}

async function* uploadOf(
  header: CompressImageSetHeader,
  sources: readonly SetSource[],
): AsyncGenerator<CompressImageSetRequest> {
  yield { part: { $case: 'header', value: header } };
  for (const { picture, chunks } of sources) {
    for await (const chunk of chunks) yield { part: { $case: 'chunk', value: chunk } };
    const sha256 = picture.digest.slice('sha256:'.length);
    yield { part: { $case: 'commit', value: { sizeBytes: BigInt(picture.sizeBytes), sha256 } } };
  }
}

async function* answersIn(messages: AsyncIterable<CompressImageSetResponse>): AsyncGenerator<SetAnswer> {
  let parts: Buffer[] = [];
  let missingBytes = 0;
  let done: Exclude<SetAnswer, { error: FramesongError }> | undefined;
  for await (const { part } of messages) {
    if (part?.$case === 'failure') yield { index: part.value.index, error: errorOfRpcStatus(part.value.error!) };
    else if (part?.$case === 'image') {
      const { index, shareBytes } = part.value;
      const facts = part.value.facts!;
      const mediaType = MEDIA_TYPES[facts.format];
      if (!mediaType) throw unusable();
      parts = [];
      missingBytes = Number(facts.sizeBytes);
      done = { index, bytes: Buffer.of(), mediaType, facts, shareBytes: Number(shareBytes) };
    } else if (part && done) {
      parts.push(part.value);
      missingBytes -= part.value.length;
      if (missingBytes === 0) yield { ...done, bytes: Buffer.concat(parts) };
    }
  }
}

function unusable(): FramesongError {
  return new FramesongError('the compression service sent no usable answer', { code: 'INTERNAL', reason: 'NO_FACTS' });
}
