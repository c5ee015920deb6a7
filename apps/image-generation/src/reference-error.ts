import { toFramesongError, type FramesongError } from '@framesong/errors';
import type { RoledReference } from './references-of.ts';

/** Runs work on one reference; what fails names the reference and its field in the request. */
export async function forReference<T>(reference: RoledReference, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw ofReference(toFramesongError(thrown), reference);
  }
}

/** An error of a reference, with its name and its field in the request. */
export function ofReference(error: FramesongError, { label, field }: RoledReference): FramesongError {
  const isFault = error.code === 'INVALID_ARGUMENT' || error.code === 'FAILED_PRECONDITION';
  // What the fault is called where it was found says nothing to the caller; the field is one of the caller's request.
  const descriptions =
    error.violations.length > 0 ? error.violations.map((fault) => fault.description) : [error.message];
  const violations = isFault ? descriptions.map((description) => ({ field, description })) : [];
  return error.prefixed(label).with({ violations, metadata: { reference: field } });
}
