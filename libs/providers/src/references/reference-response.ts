import type { Dispatcher } from 'undici';
import { refused, unreachable } from './reference-errors.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Refusals that pass by themselves. */
const TEMPORARY: ReadonlySet<number> = new Set([408, 425, 429]);
const LONGEST_RETRY_AFTER_S = 60;

/** Where a response redirects to; undefined when it does not. */
export function redirectTarget({ statusCode, headers }: Dispatcher.ResponseData): string | undefined {
  const location = headers['location'];
  return REDIRECTS.has(statusCode) && typeof location === 'string' ? location : undefined;
}

/** @throws FramesongError UNAVAILABLE for 5xx and what passes by itself; FAILED_PRECONDITION for anything else but a plain 200. */
export function checkStatus(url: URL, { statusCode, headers }: Dispatcher.ResponseData): void {
  if (statusCode >= 500 || TEMPORARY.has(statusCode)) {
    throw unreachable(url, `answered with status ${statusCode}`, undefined, retryAfterMs(headers['retry-after']));
  }
  if (statusCode !== 200) throw refused(url, `answered with status ${statusCode}`, { status: String(statusCode) });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    // Decoding would let a small answer grow without limit, and pictures gain nothing by it.
    throw refused(url, 'sends its content in an encoding that was not asked for');
  }
}

function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const seconds = typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
  return seconds === undefined ? undefined : Math.min(seconds, LONGEST_RETRY_AFTER_S) * 1000;
}
