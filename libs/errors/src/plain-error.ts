import { ERROR_CODES, type ErrorCode } from './codes.ts';
import {
  FramesongError,
  type ErrorResource,
  type FieldViolation,
  type LocalizedText,
  type Outcome,
} from './framesong-error.ts';

/** A {@link FramesongError} as JSON data: how it crosses process boundaries and rests in the database. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly outcome?: Outcome;
  readonly violations?: readonly FieldViolation[];
  readonly resource?: ErrorResource;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly localized?: LocalizedText;
}

/** Text of every INTERNAL error that a caller sees: the cause belongs to the log and the span. */
export const INTERNAL_TEXT = 'internal error; quote the trace id when you report it';

/** Any thrown value as a {@link FramesongError}. An unknown one becomes INTERNAL with a fixed text and keeps its cause. */
export function toFramesongError(thrown: unknown): FramesongError {
  if (thrown instanceof FramesongError) return thrown;
  if (isPlainError(thrown)) return fromPlainError(thrown);
  return new FramesongError(INTERNAL_TEXT, { code: 'INTERNAL', reason: 'INTERNAL', cause: thrown });
}

/** The data of an error, without its cause. */
export function toPlainError(error: FramesongError): PlainError {
  return {
    code: error.code,
    reason: error.reason,
    message: error.message,
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    ...(error.outcome !== undefined && { outcome: error.outcome }),
    ...(error.violations.length > 0 && { violations: error.violations }),
    ...(error.resource !== undefined && { resource: error.resource }),
    ...(Object.keys(error.metadata).length > 0 && { metadata: error.metadata }),
    ...(error.localized !== undefined && { localized: error.localized }),
  };
}

/** The error that {@link toPlainError} took apart. */
export function fromPlainError(plain: PlainError, cause?: unknown): FramesongError {
  const { message, ...details } = plain;
  return new FramesongError(message, cause === undefined ? details : { ...details, cause });
}

/** True for data made by {@link toPlainError}. */
export function isPlainError(value: unknown): value is PlainError {
  if (typeof value !== 'object' || value === null) return false;
  const { code, reason, message } = value as Record<string, unknown>;
  return typeof code === 'string' && code in ERROR_CODES && typeof reason === 'string' && typeof message === 'string';
}
