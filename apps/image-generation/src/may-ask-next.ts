import type { ErrorCode, FramesongError } from '@framesong/errors';
import { STAGE_TIMEOUT } from '@framesong/jobs';
import type { AskedModel } from './first-frame-input.ts';
import { EMBEDDED } from './image-models.ts';

/** Codes of a provider that could not be asked. */
const COULD_NOT_BE_ASKED: ReadonlySet<ErrorCode> = new Set([
  'UNAVAILABLE',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
]);
/** Times that were up before the order left. */
const OWN_TIMES: ReadonlySet<string> = new Set([STAGE_TIMEOUT, 'PROVIDER_TIMEOUT']);

/** True when surely nothing was done and nothing charged. */
export function isFree({ outcome }: FramesongError): boolean {
  return outcome === 'not_sent' || outcome === 'rejected';
}

/**
 * Whether another provider may be asked after this error: only when nothing was charged, and when the fault lies with the
 * provider. A prompt or a picture that its rules forbid, and whatever else it finds wrong with the request (INVALID_ARGUMENT),
 * is for the caller to mend, and not to be tried on the next one.
 */
export function mayAskNext(error: FramesongError): boolean {
  return isFree(error) && (COULD_NOT_BE_ASKED.has(error.code) || OWN_TIMES.has(error.reason));
}

/**
 * Whether an order is worth beginning: one that the job's end cuts off may have to be paid for nothing. The embedded engine
 * costs nothing, so it may always try.
 * @param shortestMs the shortest time that one try is given
 */
export function hasTimeFor({ provider }: AskedModel, remainingMs: number, shortestMs: number): boolean {
  return provider === EMBEDDED || remainingMs >= shortestMs;
}
