import { toFramesongError, type FramesongError } from '@framesong/errors';
import type { RoledReference } from './references-of.ts';

/** Runs work on one reference; what fails names the reference and its field in the request. */
export async function forReference<T>(reference: RoledReference, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw named(toFramesongError(thrown), reference);
  }
}

function named(error: FramesongError, { label, field }: RoledReference): FramesongError {
  const violations = error.violations.map(({ description }) => ({ field, description }));
  return error.prefixed(label).with({ violations, metadata: { reference: field } });
}
