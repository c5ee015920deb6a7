import { FramesongError, invalidField, unavailable } from '@framesong/errors';

const RETRY_AFTER_MS = 1000;
const LONGEST_PATH = 200;

/** Host and path of a URL. The query may hold a signature and never reaches a message, a log line or a result. */
export function redactedUrl(url: URL): string {
  const path = url.pathname.length > LONGEST_PATH ? `${url.pathname.slice(0, LONGEST_PATH)}...` : url.pathname;
  return `${url.origin}${path}`;
}

/** INVALID_ARGUMENT: this URL can never be fetched. */
export function urlInvalid(description: string): FramesongError {
  return invalidField('url', description).with({ reason: 'REFERENCE_URL_INVALID' });
}

/** INVALID_ARGUMENT: the address is not on the public internet. The address itself is not told: it would map the network. */
export function addressForbidden(host: string): FramesongError {
  return invalidField('url', `${host} is not on the public internet: give a public address or upload the picture`, {
    metadata: { host },
  }).with({ reason: 'REFERENCE_ADDRESS_FORBIDDEN' });
}

/** INVALID_ARGUMENT: more bytes than allowed, by its own header or while reading. */
export function referenceTooLarge(url: URL, maxBytes: number): FramesongError {
  return invalidField('url', `${redactedUrl(url)} is larger than ${maxBytes} bytes: give a smaller picture`, {
    metadata: { maxBytes: String(maxBytes) },
  }).with({ reason: 'REFERENCE_TOO_LARGE' });
}

/** INVALID_ARGUMENT: the content is no picture of a known format. */
export function notAnImage(url: URL): FramesongError {
  const description = `${redactedUrl(url)} does not hold a PNG, JPEG, WebP, GIF or AVIF picture`;
  return invalidField('url', description).with({ reason: 'REFERENCE_NOT_AN_IMAGE' });
}

/** UNAVAILABLE: a repeat can succeed. */
export function unreachable(url: URL, what: string, cause?: unknown, retryAfterMs = RETRY_AFTER_MS): FramesongError {
  return unavailable(`${redactedUrl(url)} ${what}`, 'REFERENCE_UNREACHABLE', retryAfterMs, cause);
}

/** FAILED_PRECONDITION: the server answers, and a repeat gets the same answer. */
export function refused(url: URL, what: string, metadata: Readonly<Record<string, string>> = {}): FramesongError {
  return new FramesongError(`${redactedUrl(url)} ${what}: check the URL or upload the picture`, {
    code: 'FAILED_PRECONDITION',
    reason: 'REFERENCE_REFUSED',
    metadata,
  });
}

/** DEADLINE_EXCEEDED: the whole download took too long. */
export function downloadTimeout(limitMs: number): FramesongError {
  return new FramesongError(`the download took longer than its limit of ${limitMs} ms`, {
    code: 'DEADLINE_EXCEEDED',
    reason: 'REFERENCE_TIMEOUT',
    metadata: { stage: 'download', limitMs: String(limitMs) },
  });
}
