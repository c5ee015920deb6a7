import type { Framesong } from '@framesong/client';
import { ImageFormat } from '@framesong/contracts/compression/v1/compression_service';
import { toFramesongError } from '@framesong/errors';
import { compressionOptions } from './compression-calls.ts';
import type { Mutated } from './mutated-images.ts';

/** What became of mutated images. */
export interface MutationCounts {
  tried: number;
  /** Compressed all the same. */
  compressed: number;
  /** Refused by INVALID_ARGUMENT or FAILED_PRECONDITION. */
  refused: number;
  /** Took a worker process with it, twice; the service told so and went on. */
  crashedContained: number;
  /** Took longer than the limit of a call. */
  hung: number;
  overBudget: number;
  /** Anything else, which must not be: the status and how the image was made. */
  readonly others: string[];
  /** How the images were made that crashed a worker or hung. */
  readonly notable: string[];
}

const CALL_LIMIT_MS = 20_000;
const BUDGET_BYTES = 4 * 1024;
const ACCEPTED = [[], [ImageFormat.WEBP], [ImageFormat.PNG], [ImageFormat.JPEG, ImageFormat.WEBP, ImageFormat.PNG]];

/** Sends images to the compression service, some at a time, until there are no more. Adds to `counts`. */
export async function sendMutated(
  { rpc }: Pick<Framesong['compression'], 'rpc'>,
  images: Iterator<Mutated>,
  atOnce: number,
  counts: MutationCounts = newCounts(),
): Promise<MutationCounts> {
  const sendOne = async ({ bytes, text }: Mutated, number: number) => {
    const options = compressionOptions({
      maxSizeBytes: BigInt(BUDGET_BYTES),
      acceptedFormats: ACCEPTED[number % ACCEPTED.length]!,
      tolerateTruncation: number % 3 === 0,
    });
    try {
      const { image } = await rpc.compressImage({ source: bytes, options }, { timeoutMs: CALL_LIMIT_MS });
      counts.compressed += 1;
      if (image.length > BUDGET_BYTES) counts.overBudget += 1;
    } catch (thrown) {
      const { code, reason, message } = toFramesongError(thrown);
      if (code === 'INVALID_ARGUMENT' || code === 'FAILED_PRECONDITION') counts.refused += 1;
      else if (reason === 'WORKER_CRASHED') counts.notable.push(`${++counts.crashedContained} crashed, ${text}`);
      else if (code === 'DEADLINE_EXCEEDED') counts.notable.push(`${++counts.hung} hung, ${text}`);
      else counts.others.push(`${code} ${reason} ${message}, ${text}`);
    }
  };
  const lane = async () => {
    for (let next = images.next(); !next.done; next = images.next()) await sendOne(next.value, counts.tried++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return counts;
}

/** Nothing was sent yet. */
export function newCounts(): MutationCounts {
  return {
    tried: 0,
    compressed: 0,
    refused: 0,
    crashedContained: 0,
    hung: 0,
    overBudget: 0,
    others: [],
    notable: [],
  };
}
