import { FramesongError, type ErrorDetails, type FieldViolation } from './framesong-error.ts';

type Rest = Partial<Omit<ErrorDetails, 'code'>>;

/** INVALID_ARGUMENT for requests that can never work; names every faulty field at once. */
export function invalidArgument(violations: readonly FieldViolation[], rest: Rest = {}): FramesongError {
  const text = violations.map((violation) => `${violation.field}: ${violation.description}`).join('; ');
  return new FramesongError(text, { code: 'INVALID_ARGUMENT', reason: 'INVALID_REQUEST', ...rest, violations });
}

/** INVALID_ARGUMENT for one field. */
export function invalidField(field: string, description: string, rest: Rest = {}): FramesongError {
  return invalidArgument([{ field, description }], rest);
}

/** NOT_FOUND with the resource that was looked for. */
export function notFound(type: string, name: string, advice: string): FramesongError {
  return new FramesongError(`${type} ${name} does not exist: ${advice}`, {
    code: 'NOT_FOUND',
    reason: `${type.toUpperCase()}_NOT_FOUND`,
    resource: { type, name },
  });
}

/** UNAVAILABLE: nothing was done, a repeat after `retryAfterMs` can succeed. */
export function unavailable(message: string, reason: string, retryAfterMs: number, cause?: unknown): FramesongError {
  return new FramesongError(message, { code: 'UNAVAILABLE', reason, retryAfterMs, cause });
}

/** DEADLINE_EXCEEDED naming what ran out. */
export function deadlineExceeded(message: string, metadata: Readonly<Record<string, string>> = {}): FramesongError {
  return new FramesongError(message, { code: 'DEADLINE_EXCEEDED', reason: 'DEADLINE_EXCEEDED', metadata });
}

/** CANCELLED by the caller, or because nobody waits any more. */
export function cancelled(message: string): FramesongError {
  return new FramesongError(message, { code: 'CANCELLED', reason: 'CANCELLED' });
}

/** The error that a fired signal stands for: its reason when that is one of ours, else CANCELLED. */
export function errorOfSignal(signal: AbortSignal): FramesongError {
  const reason: unknown = signal.reason;
  if (reason instanceof FramesongError) return reason;
  // By name and not by class: a DOMException is not an Error of every realm.
  if ((reason as { name?: unknown } | undefined)?.name === 'TimeoutError')
    return deadlineExceeded('the time limit has passed');
  return cancelled('the call was cancelled');
}

/** Throws what the signal stands for when it has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw errorOfSignal(signal);
}
