import type { FramesongError } from '@framesong/errors';

const DEEPEST_CAUSE = 8;

/**
 * Whether an error, or one that it was made from, quotes a provider in its text: what a provider says may repeat a prompt or
 * lyrics. Such errors carry the words as `providerMessage` too.
 */
export function isQuoting(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > DEEPEST_CAUSE) return false;
  const { metadata, cause } = error as Partial<FramesongError>;
  return metadata?.['providerMessage'] !== undefined || isQuoting(cause, depth + 1);
}

/** The text of an error for logs and spans: its message, unless that quotes a provider. The caller is told all of it. */
export function textForLog(error: FramesongError): string {
  return isQuoting(error) ? withoutWords(error) : error.message;
}

/** What is written in the place of a text that quotes. */
export function withoutWords({ reason = 'an error', metadata }: Partial<FramesongError>): string {
  const { provider, providerStatus } = metadata ?? {};
  const who = provider === undefined ? '' : ` of ${provider}`;
  const status = providerStatus === undefined ? '' : `, status ${providerStatus}`;
  return `${reason}${who}${status}; the words of the provider are told to the caller only`;
}
