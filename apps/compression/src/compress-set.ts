import { toFramesongError, type FramesongError } from '@framesong/errors';
import { MIN_BUDGET_BYTES, type PoolOptions } from './compression-options.ts';
import type { Compressed, Compressor } from './compressor.ts';
import { createLanes } from './lanes.ts';
import type { SetPlan } from './read-image-set.ts';
import { bytesAt, evenShares, firstShares, type Measured } from './set-shares.ts';
import type { Source } from './source.ts';

/** What became of one image. */
export type SetOutcome =
  | {
      readonly index: number;
      readonly compressed: Compressed;
      /** The part of the total that it was given in the end, as the budget counts. */
      readonly shareBytes: number;
    }
  | { readonly index: number; readonly error: FramesongError };

/** A set on its way: images are added as they arrive. */
export interface SetWork {
  /** Begins to compress an image within the share that its role gives it. */
  add(source: Source): void;
  /** Call after the last image: shares out what is left. Resolves when every outcome was told. */
  finish(): Promise<void>;
}

/** An image that another share may still better, or make possible: what its first compression gave. */
interface Open {
  readonly index: number;
  readonly source: Source;
  readonly first: Compressed | FramesongError;
  readonly measured: Measured;
}

/** A share that is larger than the first by this is worth another encode. */
const WORTH_GAIN = 1.04;
/** From this quality on more bytes show no more: an image that reaches it with less than half its share is done. */
const FULL_QUALITY = 95;
const EASY_SHARE = 0.5;
/** What the library goes down to where nothing else is asked for. */
const MIN_SCALE = 0.05;
/** For the error of predicting what an image needs at the floors of quality and scale that the caller has set. */
const FLOOR_RESERVE = 1.2;
/** Stands for the quality of a PNG that had to be made smaller. */
const LOSSLESS_QUALITY = 90;

/**
 * Compresses a set under one budget, in two rounds: each image within a share by its role, which also measures how well
 * it compresses; then, within what is left, those whose share changes by what was measured. An image that cannot become
 * better is told at once.
 * @param tell gets every outcome once
 */
export function compressSet(
  compressor: Compressor,
  { totalBytes, roles, options }: SetPlan,
  tell: (outcome: SetOutcome) => void,
  signal: AbortSignal,
): SetWork {
  const shares = firstShares(roles, totalBytes);
  const inLane = createLanes(compressor.width);
  const firstRound: Promise<Open | undefined>[] = [];
  let leftBytes = totalBytes;

  /** The result, or what the image failed with. Rejects with what is no fault of the image. */
  const compress = async (source: Source, shareBytes: number): Promise<Compressed | FramesongError> => {
    const within = { ...options, maxSizeBytes: Math.min(shareBytes, options.maxSizeBytes) };
    try {
      return await inLane(() => compressor.compress(source, within, signal));
    } catch (thrown) {
      return failureOfImage(thrown);
    }
  };
  const settle = (index: number, result: Compressed | FramesongError, shareBytes: number) =>
    tell('data' in result ? { index, compressed: result, shareBytes } : { index, error: result });

  const tryFirst = async (source: Source, index: number): Promise<Open | undefined> => {
    const first = await compress(source, shares[index]!);
    const measured = { ...measure(first, options), role: roles[index]! };
    const isDone =
      'data' in first
        ? isPerfect(first, measured.sizeBytes, shares[index]!)
        : !(measured.smallestBytes <= options.maxSizeBytes);
    if (!isDone) return { index, source, first, measured };
    if ('data' in first) leftBytes -= measured.sizeBytes;
    // What it did not need goes to the others.
    settle(index, first, measured.sizeBytes);
    return undefined;
  };

  const trySecond = async ({ index, source, first, measured }: Open, shareBytes: number): Promise<void> => {
    const isKept = 'data' in first && measured.sizeBytes <= shareBytes && shareBytes <= shares[index]! * WORTH_GAIN;
    settle(index, isKept ? first : await compress(source, shareBytes), shareBytes);
  };

  return {
    add(source) {
      const work = tryFirst(source, firstRound.length);
      // Its failure is looked at in `finish`, which may come much later.
      work.catch(() => undefined);
      firstRound.push(work);
    },
    async finish() {
      const open = (await Promise.all(firstRound)).filter((image) => image !== undefined);
      for (const image of withoutRoom(open, leftBytes)) {
        open.splice(open.indexOf(image), 1);
        settle(image.index, image.first, 0);
      }
      const measured = open.map((image) => image.measured);
      const next = evenShares(measured, leftBytes, options.maxSizeBytes);
      await Promise.all(open.map((image, position) => trySecond(image, next[position]!)));
    },
  };
}

/** Those that have to fail for the others to have room, the most demanding first. */
function withoutRoom(open: readonly Open[], leftBytes: number): Open[] {
  let neededBytes = open.reduce((sum, { measured }) => sum + measured.smallestBytes, 0);
  const demanding = open.filter(({ first }) => !('data' in first));
  return demanding
    .toSorted((a, b) => b.measured.smallestBytes - a.measured.smallestBytes)
    .filter(({ measured }) => {
      const isOut = neededBytes > leftBytes;
      if (isOut) neededBytes -= measured.smallestBytes;
      return isOut;
    });
}

/** What a first result says about the image. Of one that did not fit it is the least that would do, if that is known. */
function measure(first: Compressed | FramesongError, options: PoolOptions): Omit<Measured, 'role'> {
  if (!('data' in first)) {
    const { smallestSizeBytes = Infinity, minQuality = 1, minScale = 1 } = first.metadata;
    const smallestBytes = Number(smallestSizeBytes);
    return { sizeBytes: smallestBytes, quality: Number(minQuality), scale: Number(minScale), smallestBytes };
  }
  const { base64SizeBytes, quality = LOSSLESS_QUALITY, scale } = first.facts;
  const sizeBytes = options.budgetEncoding === 'base64' ? base64SizeBytes : first.facts.sizeBytes;
  const atFloors = bytesAt({ sizeBytes, quality, scale }, options.minQuality ?? 1, options.minScale ?? MIN_SCALE);
  const smallestBytes = Math.min(sizeBytes, Math.max(MIN_BUDGET_BYTES, FLOOR_RESERVE * atFloors));
  return { sizeBytes, quality, scale, smallestBytes };
}

function isPerfect({ facts }: Compressed, sizeBytes: number, shareBytes: number): boolean {
  const isFull = facts.scale === 1 && (facts.quality ?? FULL_QUALITY) >= FULL_QUALITY;
  return facts.passthrough || (isFull && sizeBytes <= shareBytes * EASY_SHARE);
}

/** What one image failed with. Rethrows what is no fault of the image: the end of the call, a full queue, a stop. */
function failureOfImage(thrown: unknown): FramesongError {
  const error = toFramesongError(thrown);
  if (['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'INTERNAL'].includes(error.code)) return error;
  throw error;
}
