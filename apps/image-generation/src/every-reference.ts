import { FramesongError, toFramesongError } from '@framesong/errors';
import type { RoledReference } from './references-of.ts';

/**
 * Does the same with every reference, side by side, and returns when nothing of it is at work any more. Faults of the caller
 * are gathered, so that one error names them all; any other failure stops the rest, whose results nobody would want.
 */
export async function forEveryReference<T>(
  references: readonly RoledReference[],
  signal: AbortSignal,
  work: (reference: RoledReference, index: number, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const settled = await Promise.allSettled(
    references.map(async (reference, index) => {
      try {
        return await work(reference, index, either);
      } catch (thrown) {
        const error = toFramesongError(thrown);
        if (error.code !== 'INVALID_ARGUMENT') stop.abort(error);
        throw error;
      }
    }),
  );
  if (stop.signal.aborted) throw toFramesongError(stop.signal.reason);
  // In the order of the request, whichever was found first.
  const faults = settled.flatMap((result) => (result.status === 'rejected' ? [toFramesongError(result.reason)] : []));
  if (faults.length > 0) throw together(faults);
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** One fault as it is, several as one that names all. */
function together(faults: readonly FramesongError[]): FramesongError {
  const [first, ...others] = faults;
  if (others.length === 0) return first!;
  return new FramesongError(faults.map(({ message }) => message).join('; '), {
    code: 'INVALID_ARGUMENT',
    reason: 'INVALID_REFERENCES',
    violations: faults.flatMap(({ violations }) => violations),
    cause: first,
  });
}
