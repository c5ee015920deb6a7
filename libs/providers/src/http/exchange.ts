import { errorOfSignal, FramesongError, type Outcome } from '@framesong/errors';

/** Node's and OpenSSL's names for certificates that do not hold; a repeat changes nothing. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_SSL|^ERR_TLS|HOSTNAME_MISMATCH/;

/**
 * How far one request has come. undici tells when it begins to write a request: before that moment the provider has seen
 * nothing, after it nobody can know, and after a status of success it has taken the work.
 */
export interface Exchange {
  progress: 'waiting' | 'sent' | 'accepted';
  readonly cost: 'paid' | 'free';
  readonly provider: string;
}

/** What a failure of this exchange may have cost; undefined for calls that cost nothing. */
export function outcomeOf({ cost, progress }: Exchange): Outcome | undefined {
  if (cost === 'free') return undefined;
  return ({ waiting: 'not_sent', sent: 'sent_unknown', accepted: 'billed' } as const)[progress];
}

/** What was thrown while an exchange was under way, as an error with outcome. Never holds a header, a query or a body. */
export function exchangeError(exchange: Exchange, signal: AbortSignal, thrown: unknown): FramesongError {
  const own = signal.aborted ? errorOfSignal(signal) : framesongErrorIn(thrown);
  // What a free call finds out says nothing about the order that was paid for before.
  // A refusal that has come stays one, also when the caller leaves while its words are read.
  const known = (thrown instanceof FramesongError ? thrown.outcome : undefined) ?? outcomeOf(exchange);
  if (own) return exchange.cost === 'free' ? withoutOutcome(own) : withOutcome(own, known);
  const { provider } = exchange;
  const code = codeOf(thrown);
  const metadata = { provider, ...(code !== '' && { cause: code }) };
  if (exchange.progress === 'waiting') {
    return withOutcome(notConnected(provider, code, metadata, thrown), outcomeOf(exchange));
  }
  const what = exchange.progress === 'sent' ? 'without an answer' : 'in the middle of its answer';
  return withOutcome(
    new FramesongError(`the connection to ${provider} broke ${what}`, {
      code: 'UNAVAILABLE',
      reason: 'PROVIDER_CONNECTION_LOST',
      retryAfterMs: 1000,
      cause: thrown,
      metadata,
    }),
    outcomeOf(exchange),
  );
}

/** The error with the outcome, unless it knows its own. */
export function withOutcome(error: FramesongError, outcome: Outcome | undefined): FramesongError {
  return outcome === undefined || error.outcome !== undefined ? error : error.with({ outcome });
}

/** The error without what it says about money. */
export function withoutOutcome(error: FramesongError): FramesongError {
  if (error.outcome === undefined) return error;
  const { code, reason, retryAfterMs, violations, resource, metadata } = error;
  return new FramesongError(error.message, {
    code,
    reason,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    violations,
    ...(resource && { resource }),
    metadata,
    cause: error,
  });
}

function notConnected(
  provider: string,
  code: string,
  metadata: Readonly<Record<string, string>>,
  cause: unknown,
): FramesongError {
  if (CERTIFICATE.test(code)) {
    return new FramesongError(`the certificate of ${provider} cannot be trusted (${code}): check its base URL`, {
      code: 'FAILED_PRECONDITION',
      reason: 'PROVIDER_CERTIFICATE',
      cause,
      metadata,
    });
  }
  const how = code === 'UND_ERR_CONNECT_TIMEOUT' ? 'did not accept a connection in time' : 'cannot be reached';
  return new FramesongError(`${provider} ${how}${code === '' ? '' : ` (${code})`}: nothing was sent`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_UNREACHABLE',
    retryAfterMs: 1000,
    cause,
    metadata,
  });
}

function framesongErrorIn(thrown: unknown): FramesongError | undefined {
  for (let error = thrown; error !== undefined && error !== null; error = (error as { cause?: unknown }).cause) {
    if (error instanceof FramesongError) return error;
  }
  return undefined;
}

function codeOf(thrown: unknown): string {
  const { code, errors, cause } = thrown as { code?: unknown; errors?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  // All addresses of a name were tried in vain.
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return cause === undefined || cause === null ? '' : codeOf(cause);
}
