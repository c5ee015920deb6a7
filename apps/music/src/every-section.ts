import { toFramesongError } from '@framesong/errors';

/**
 * Does the same for each of `count` sections, in their order and at most `lanes` at once, and returns when nothing of it is
 * at work any more. A failure stops the rest, whose results nobody would want.
 */
export async function forEverySection<T>(
  count: number,
  lanes: number,
  signal: AbortSignal,
  work: (index: number, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const results: T[] = [];
  let next = 0;
  const lane = async () => {
    try {
      while (next < count && !stop.signal.aborted) {
        const index = next++;
        results[index] = await work(index, either);
      }
    } catch (thrown) {
      stop.abort(toFramesongError(thrown));
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane));
  if (stop.signal.aborted) throw toFramesongError(stop.signal.reason);
  return results;
}
