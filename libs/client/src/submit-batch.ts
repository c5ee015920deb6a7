import { randomUUID } from 'node:crypto';
import type { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import type { BatchReport } from '@framesong/contracts/job/v1/batch';
import type { SongRequest } from '@framesong/contracts/music/v1/song';
import { FramesongError, toFramesongError } from '@framesong/errors';
import type { CallOptions } from '@framesong/rpc';
import type { Framesong } from './framesong.ts';
import { remainingTime } from './remaining-time.ts';
import { isPassing, retryDelay } from './retry.ts';

/** One item of a batch. */
export interface BatchEntry<Request> {
  /** The caller's own name for it, at most 128 characters. */
  readonly label: string;
  readonly request: Request;
}

/** How to submit. `timeoutMs` holds for all tries together. */
export interface BatchOptions extends CallOptions {
  /** A repeat with the same id joins the batch. Default: one is made up, so that the stream can be repeated here. */
  readonly batchRequestId?: string;
  /** Told when the queue is full, before the wait that the service advises. Absent: a full queue is an error. */
  readonly onFull?: (error: FramesongError) => void;
}

const MAX_TRIES = 5;

/** A stream that can be begun again: every call gives all items from the first. */
export type BatchItems<Request> = () => Iterable<BatchEntry<Request>> | AsyncIterable<BatchEntry<Request>>;

/**
 * Submits first frames, each as a job of its own. When the connection breaks or the service is away, the stream is sent once
 * more and joins what was accepted; with `onFull` also when the queue was full.
 * @returns how the batch stands, with the first page of its items; the rest by GetBatch
 * @throws FramesongError as SubmitFirstFrameBatch; UNAVAILABLE after five tries
 */
export function submitFirstFrameBatch(
  { rpc }: Pick<Framesong['imageGeneration'], 'rpc'>,
  items: BatchItems<FirstFrameRequest>,
  options: BatchOptions = {},
): Promise<BatchReport> {
  return submitStream(items, options, (messages, left) => rpc.submitFirstFrameBatch(messages, left));
}

/**
 * Submits songs, each as a job of its own, as {@link submitFirstFrameBatch}.
 * @throws FramesongError as SubmitSongBatch; UNAVAILABLE after five tries
 */
export function submitSongBatch(
  { rpc }: Pick<Framesong['music'], 'rpc'>,
  items: BatchItems<SongRequest>,
  options: BatchOptions = {},
): Promise<BatchReport> {
  return submitStream(items, options, (messages, left) => rpc.submitSongBatch(messages, left));
}

type Message<Request> = BatchEntry<Request> & { readonly batchRequestId: string };

async function submitStream<Request>(
  items: BatchItems<Request>,
  { batchRequestId = randomUUID(), onFull, ...callOptions }: BatchOptions,
  submit: (
    messages: AsyncIterable<Message<Request>>,
    left: CallOptions,
  ) => Promise<{ report?: BatchReport | undefined }>,
): Promise<BatchReport> {
  const time = remainingTime(callOptions);
  for (let attempt = 1; ; attempt++) {
    try {
      const { report } = await submit(named(items, batchRequestId), time.options());
      if (report) return report;
      throw new FramesongError('the service accepted the batch and told nothing of it', { code: 'INTERNAL', reason: 'NO_BATCH' }); // prettier-ignore
    } catch (thrown) {
      const error = toFramesongError(thrown);
      const isFull = error.reason === 'QUEUE_FULL' && onFull !== undefined;
      if (!isFull && (!isPassing(error) || attempt === MAX_TRIES)) throw error;
      if (isFull) {
        onFull(error);
        attempt = 0;
      }
      await retryDelay(attempt, error, callOptions.signal, time);
    }
  }
}

async function* named<Request>(items: BatchItems<Request>, batchRequestId: string): AsyncGenerator<Message<Request>> {
  for await (const entry of items()) yield { batchRequestId, ...entry };
}
