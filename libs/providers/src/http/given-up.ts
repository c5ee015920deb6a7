import { errorOfSignal } from '@framesong/errors';

/**
 * Whether a signal that has fired means that nobody wants the work any more. A process that ends is no such reason: what it has
 * ordered is taken up again by the next one.
 */
export function isGivenUp(signal: AbortSignal): boolean {
  const { code } = errorOfSignal(signal);
  return code === 'CANCELLED' || code === 'DEADLINE_EXCEEDED';
}
