import type { ErrorCode } from './codes.ts';

/**
 * What became of a call that costs money:
 * `not_sent` it never left; `rejected` the provider refused it and charged nothing; `sent_unknown` it left and the answer
 * was lost, so it may have been charged; `billed` it was charged although no usable result came back.
 */
export type Outcome = 'not_sent' | 'rejected' | 'sent_unknown' | 'billed';

/** One fault of one field. `field` is its path in the request, for example `characters[2].reference`. */
export interface FieldViolation {
  readonly field: string;
  /** What is wrong, the limit, and what to do. */
  readonly description: string;
}

/** The thing that an error is about, for example `{ type: 'job', name: 'frame_01J...' }`. */
export interface ErrorResource {
  readonly type: string;
  readonly name: string;
}

/** A text in one language, for people: `google.rpc.LocalizedMessage`. */
export interface LocalizedText {
  /** BCP 47: `en`, `zh-CN`. */
  readonly locale: string;
  readonly message: string;
}

/** Everything about an error besides its text. Only `code` and `reason` are needed. */
export interface ErrorDetails {
  readonly code: ErrorCode;
  /** UPPER_SNAKE_CASE, stable, for programs to compare: `google.rpc.ErrorInfo.reason`. */
  readonly reason: string;
  /** For the log and the span only; never sent to the caller. */
  readonly cause?: unknown;
  /** When a repeat can succeed, in milliseconds from now. Absent: a repeat changes nothing, or the caller decides. */
  readonly retryAfterMs?: number;
  readonly outcome?: Outcome;
  readonly violations?: readonly FieldViolation[];
  readonly resource?: ErrorResource;
  /** Small facts for programs: limits, measured values, stage names. No secrets, prompts or lyrics. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What to tell people in the caller's language, where a person is likely to wait. */
  readonly localized?: LocalizedText;
}

/** The one error class of Framesong. `message` is written for the caller: what happened, the limit, and what to do. */
export class FramesongError extends Error {
  override readonly name = 'FramesongError';
  readonly code: ErrorCode;
  readonly reason: string;
  readonly retryAfterMs: number | undefined;
  readonly outcome: Outcome | undefined;
  readonly violations: readonly FieldViolation[];
  readonly resource: ErrorResource | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly localized: LocalizedText | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
    this.outcome = details.outcome;
    this.violations = details.violations ?? [];
    this.resource = details.resource;
    this.metadata = details.metadata ?? {};
    this.localized = details.localized;
  }

  /** The same error with `text` before its message, so that a message reads as the path that failed. */
  prefixed(text: string): FramesongError {
    return new FramesongError(`${text}: ${this.message}`, { ...this.details(), cause: this });
  }

  /** The same error with some details replaced or added; metadata is merged. */
  with(changes: Partial<ErrorDetails>): FramesongError {
    const details = this.details();
    return new FramesongError(this.message, {
      ...details,
      ...changes,
      metadata: { ...details.metadata, ...changes.metadata },
      cause: changes.cause ?? this,
    });
  }

  private details(): ErrorDetails {
    return {
      code: this.code,
      reason: this.reason,
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
      ...(this.outcome !== undefined && { outcome: this.outcome }),
      violations: this.violations,
      ...(this.resource !== undefined && { resource: this.resource }),
      metadata: this.metadata,
      ...(this.localized !== undefined && { localized: this.localized }),
    };
  }
}
