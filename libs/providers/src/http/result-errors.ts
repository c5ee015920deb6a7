import { deadlineExceeded, FramesongError } from '@framesong/errors';
import { redactedUrl } from '../references/reference-errors.ts';

/** FAILED_PRECONDITION: the URL has expired, or never held anything. What was paid for is lost there. */
export function resultGone(url: URL, status: number): FramesongError {
  return resultError(url, 'FAILED_PRECONDITION', 'PROVIDER_RESULT_GONE', `is gone (status ${status})`);
}

/** UNAVAILABLE: a repeat of the download may succeed. */
export function resultUnreachable(url: URL, what: string, cause?: unknown): FramesongError {
  return resultError(url, 'UNAVAILABLE', 'PROVIDER_RESULT_UNREACHABLE', what, cause);
}

/** UNAVAILABLE: what came is not what was ordered. */
export function resultInvalid(url: URL, what: string): FramesongError {
  return resultError(url, 'UNAVAILABLE', 'PROVIDER_RESULT_INVALID', what);
}

/** FAILED_PRECONDITION: the provider names an address that is never connected to. */
export function resultForbidden(provider: string, cause: FramesongError): FramesongError {
  return new FramesongError(`${provider} names an address for its result that must not be fetched: ${cause.message}`, {
    code: 'FAILED_PRECONDITION',
    reason: 'PROVIDER_RESULT_FORBIDDEN',
    cause,
    metadata: { provider },
  });
}

/** DEADLINE_EXCEEDED: the download took too long as a whole. */
export function resultTimeout(limitMs: number): FramesongError {
  return deadlineExceeded(`the download of the result took longer than its limit of ${limitMs} ms`, {
    stage: 'result download',
    limitMs: String(limitMs),
  }).with({ reason: 'PROVIDER_RESULT_TIMEOUT' });
}

function resultError(
  url: URL,
  code: 'FAILED_PRECONDITION' | 'UNAVAILABLE',
  reason: string,
  what: string,
  cause?: unknown,
): FramesongError {
  return new FramesongError(`the result at ${redactedUrl(url)} ${what}`, { code, reason, cause });
}
