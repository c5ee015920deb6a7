import { AsyncLocalStorage } from 'node:async_hooks';
import type { ArtifactStore } from '@framesong/artifacts';
import { errorOfSignal, FramesongError, toFramesongError } from '@framesong/errors';
import type { CompressImageSet, SetAnswer, SetSource } from './compress-image-set.ts';
import type { PictureRef } from './first-frame-input.ts';
import type { PreparationTerms } from './preparation.ts';
import { ofReference } from './reference-error.ts';
import type { RoledReference } from './references-of.ts';

/** What a set works with. */
export interface SetParts {
  readonly artifacts: ArtifactStore;
  readonly compressImageSet: CompressImageSet;
}

/** A reference within its budget. */
export type CompressedReference = Exclude<SetAnswer, { readonly error: FramesongError }>;

/** The references of one frame, which share one budget, and so one call of the compression service. */
export interface ReferenceSet {
  /**
   * Waits until each of the others is here too, or is {@link settle}d; then one call compresses all that wait, within what the
   * settled ones have left.
   * @throws FramesongError of the reference, named by its field; of the call, which then failed for all that have no answer yet
   */
  compress(index: number, signal: AbortSignal): Promise<CompressedReference>;
  /** A reference needs no call any more: it takes so many bytes as it is sent, or 0 when it is given up. */
  settle(index: number, sentBytes: number): void;
}

interface Waiting extends PromiseWithResolvers<CompressedReference> {
  readonly signal: AbortSignal;
}

/** Of each picture: CompressImageSet takes no smaller budget. */
const LEAST_BYTES = 1024;

/** Calls are made in the context that the set was made in: they belong to no reference alone. */
export function createReferenceSet(
  { artifacts, compressImageSet }: SetParts,
  tenant: string,
  references: readonly RoledReference[],
  sources: readonly PictureRef[],
  terms: PreparationTerms,
): ReferenceSet {
  const inOwnContext = AsyncLocalStorage.snapshot();
  const waiting = new Map<number, Waiting>();
  const settledBytes = new Map<number, number>();

  function beginWhenComplete(): void {
    const [first] = waiting.values();
    if (!first || waiting.size + settledBytes.size < references.length) return;
    const round = new Map([...waiting].sort(([a], [b]) => a - b));
    waiting.clear();
    const usedBytes = [...settledBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    const totalBytes = Math.max(LEAST_BYTES * round.size, terms.totalBytes - usedBytes);
    void inOwnContext(() => compressRound(round, { ...terms, totalBytes }, first.signal));
  }

  async function compressRound(round: Map<number, Waiting>, within: PreparationTerms, signal: AbortSignal) {
    const indices = [...round.keys()];
    let unreadable: number | undefined;
    const set = indices.map((index): SetSource => {
      const { digest } = sources[index]!;
      const open = async () => (await artifacts.get(tenant, digest, { signal })).chunks;
      const failed = () => (unreadable ??= signal.aborted ? undefined : index);
      return { role: references[index]!.role, picture: sources[index]!, chunks: chunksOf(open, failed) };
    });
    let end: FramesongError = unanswered();
    try {
      for await (const answer of compressImageSet(set, within, signal)) {
        const index = indices[answer.index]!;
        const waiter = round.get(index)!;
        round.delete(index);
        if ('error' in answer) waiter.reject(ofReference(answer.error, references[index]!));
        else waiter.resolve({ ...answer, index });
      }
    } catch (thrown) {
      const error = toFramesongError(thrown);
      end = unreadable === undefined ? error : ofReference(error, references[unreadable]!);
    }
    for (const { reject } of round.values()) reject(end);
  }

  return {
    async compress(index, signal) {
      const waiter: Waiting = { ...Promise.withResolvers<CompressedReference>(), signal };
      const leave = () => {
        waiting.delete(index);
        waiter.reject(errorOfSignal(signal));
      };
      waiting.set(index, waiter);
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      else beginWhenComplete();
      try {
        return await waiter.promise;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
    settle(index, sentBytes) {
      settledBytes.set(index, sentBytes);
      beginWhenComplete();
    },
  };
}

/** Opened only when it is its turn. */
async function* chunksOf(open: () => Promise<AsyncIterable<Buffer>>, failed: () => unknown): AsyncGenerator<Buffer> {
  try {
    yield* await open();
  } catch (thrown) {
    failed();
    throw thrown;
  }
}

function unanswered(): FramesongError {
  return new FramesongError('the compression service did not answer for every picture', {
    code: 'INTERNAL',
    reason: 'SET_INCOMPLETE',
  });
}
