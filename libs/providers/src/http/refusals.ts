import { FramesongError, type ErrorCode, type ErrorDetails, type Outcome } from '@framesong/errors';
import { retryAfterMs } from './retry-after.ts';

/** A refusal in the provider's own words, as its adapter reads them from the body. */
export interface ProviderWords {
  /** The provider's own name for it: `INVALID_REQUEST_BODY`. */
  readonly code?: string;
  readonly message?: string;
  /** More than the status says, where the body tells. */
  readonly kind?: 'moderation' | 'quota' | 'unknown_model' | 'too_large';
  /** What the provider says itself of whether a repeat helps; it wins over the status. */
  readonly mayRepeat?: boolean;
  /** The body has not the provider's form: something in between may have answered. */
  readonly isForeign?: boolean;
}

/** An answer that is no success. */
export interface Refusal {
  readonly provider: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cost: 'paid' | 'free';
  readonly words?: ProviderWords | undefined;
}

const LONGEST_WORDS = 300;

/**
 * A refusal as an error for the caller. The caller cannot mend the service's own key or balance, so 401, 402 and 403 become
 * FAILED_PRECONDITION for the operator and never UNAUTHENTICATED, which speaks of the caller's own identity.
 */
export function refusalError(refusal: Refusal): FramesongError {
  const { provider, status, words, headers } = refusal;
  const { code, reason, advice } = meaningOf(status, words);
  const outcome = outcomeOfRefusal(refusal);
  const delayMs = retryAfterMs(headers);
  const requestId = headers['x-request-id'] ?? headers['x-trace-id'];
  const said = words?.message === undefined ? '' : `: "${shortened(words.message)}"`;
  const details: ErrorDetails = {
    code,
    reason,
    ...(outcome && { outcome }),
    ...(delayMs !== undefined &&
      (code === 'RESOURCE_EXHAUSTED' || code === 'UNAVAILABLE') && { retryAfterMs: delayMs }),
    metadata: {
      provider,
      providerStatus: String(status),
      ...(words?.code !== undefined && { providerCode: shortened(words.code) }),
      ...(words?.message !== undefined && { providerMessage: shortened(words.message) }),
      ...(words?.isForeign === true && { answerForm: 'foreign' }),
      ...(requestId !== undefined && { providerRequestId: shortened(requestId) }),
      ...(mayRepeatPaid(refusal) && { mayRepeat: 'true' }),
    },
  };
  return new FramesongError(`${provider} refused with status ${status}${said}: ${advice}`, details);
}

/** Whether a paid call surely was not accepted and may be sent again: 429, or a header that says so. Quotas do not pass. */
export function mayRepeatPaid({ status, headers, words }: Refusal): boolean {
  if (words?.mayRepeat !== undefined) return words.mayRepeat;
  if (words?.kind === 'quota' || words?.kind === 'moderation') return false;
  const told = headers['x-should-retry'];
  if (told !== undefined) return told === 'true';
  return status === 429 || (status === 503 && retryAfterMs(headers) !== undefined);
}

/** Whether a refusal came from the provider itself, as its words show, and not from something in between. */
export function isOfProvider({ metadata }: FramesongError): boolean {
  const hasWords = metadata['providerMessage'] !== undefined || metadata['providerCode'] !== undefined;
  return hasWords && metadata['answerForm'] !== 'foreign';
}

/** Words of others, made fit for an error: one line, no control characters, no long runs (base64), at most 300 characters. */
export function shortened(text: string): string {
  const clean = text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replace(/[A-Za-z0-9+/_=-]{80,}/g, '...')
    .trim();
  return clean.length > LONGEST_WORDS ? `${clean.slice(0, LONGEST_WORDS)}...` : clean;
}

function outcomeOfRefusal(refusal: Refusal): Outcome | undefined {
  if (refusal.cost === 'free') return undefined;
  // A server or gateway that failed may have done the work before.
  return refusal.status >= 500 && !mayRepeatPaid(refusal) ? 'sent_unknown' : 'rejected';
}

interface Meaning {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly advice: string;
}

function meaningOf(status: number, words: ProviderWords | undefined): Meaning {
  if (words?.kind === 'moderation')
    return invalid('PROVIDER_CONTENT_REFUSED', 'its rules forbid this content, change the prompt or the references');
  if (words?.kind === 'quota') return operator('PROVIDER_QUOTA', "the operator has to raise the account's quota");
  if (words?.kind === 'unknown_model')
    return operator('PROVIDER_MODEL_UNKNOWN', 'this account does not offer the model');
  if (status === 401) return operator('PROVIDER_KEY_REFUSED', 'the operator has to check the key');
  if (status === 402) return operator('PROVIDER_BALANCE', "the operator has to top up the account's balance");
  if (status === 403) return operator('PROVIDER_ACCESS_DENIED', 'the operator has to check what the account may use');
  if (status === 404 || status === 405) return operator('PROVIDER_NOT_FOUND', 'check the base URL and the model');
  if (status === 429) return { code: 'RESOURCE_EXHAUSTED', reason: 'PROVIDER_RATE_LIMIT', advice: 'try later' };
  if (status === 413) return invalid('PROVIDER_REQUEST_TOO_LARGE', 'send fewer or smaller references');
  if (status >= 500) return { code: 'UNAVAILABLE', reason: 'PROVIDER_FAILED', advice: 'the provider failed' };
  if (status === 408 || status === 425) return { code: 'UNAVAILABLE', reason: 'PROVIDER_FAILED', advice: 'try later' };
  if (status >= 300 && status < 400)
    return operator('PROVIDER_REDIRECTS', 'redirects are not followed, check the base URL');
  return invalid('PROVIDER_REFUSED_REQUEST', 'change the request');
}

function operator(reason: string, advice: string): Meaning {
  return { code: 'FAILED_PRECONDITION', reason, advice };
}

function invalid(reason: string, advice: string): Meaning {
  return { code: 'INVALID_ARGUMENT', reason, advice };
}
