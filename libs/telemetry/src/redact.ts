import { isPlainError, type FramesongError } from '@framesong/errors';
import { createHash } from 'node:crypto';

import { isQuoting, withoutWords } from './text-for-log.ts';

/** Stands where a value was that must not be written. */
const REDACTED = '[redacted]';

const SECRET_KEYS = new Set([
  'authorization',
  'api_key',
  'apikey',
  'x-api-key',
  'password',
  'secret',
  'token',
  'cookie',
]);
const CONTENT_KEYS = new Set(['prompt', 'lyrics', 'base64', 'providermessage']);
const MAX_TEXT = 2000;
const MAX_DEPTH = 8;

/** What may be written about a prompt or lyrics: the size in UTF-8 bytes and the start of the SHA-256, in hex. */
export function safeText(value: string): { readonly size: number; readonly sha256: string } {
  return {
    size: Buffer.byteLength(value),
    sha256: createHash('sha256').update(value).digest('hex').slice(0, 12),
  };
}

/**
 * A copy for the log: keys that name a secret or content are replaced at any depth, bytes become their size, long texts
 * are cut, and errors become their name, code, reason, message, stack and causes, without further properties. The text of an
 * error that quotes a provider, and those of its causes, are left out.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string')
    return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}... (${value.length})` : value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return { size: value.byteLength };
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (isError(value) || isPlainError(value)) return plainError(value, depth, isQuoting(value));
  if (value instanceof Date) return value.toISOString();
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, redactKey(key, item) ?? redact(item, depth + 1)]),
  );
}

function redactKey(key: string, value: unknown): unknown {
  const name = key.toLowerCase();
  if (SECRET_KEYS.has(name)) return REDACTED;
  if (CONTENT_KEYS.has(name)) return typeof value === 'string' ? safeText(value) : REDACTED;
  return undefined;
}

interface LoggedError {
  readonly name?: string;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: unknown;
}

/** @param quotes whether it, or one that was made from it, quotes a provider */
function plainError(error: LoggedError, depth: number, quotes: boolean): Record<string, unknown> {
  const { name = 'FramesongError', code, reason, message, stack, cause } = error;
  const isNested = typeof cause === 'object' && cause !== null && isError(cause) && depth + 1 < MAX_DEPTH;
  const nested = isNested ? plainError(cause, depth + 1, quotes) : quotes ? REDACTED : redact(cause, depth + 1);
  return {
    type: name,
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
    message: quotes ? withoutWords(error as Partial<FramesongError>) : redact(message),
    ...(stack !== undefined && { stack: quotes ? framesOf(stack) : stack }),
    ...(cause !== undefined && { cause: nested }),
  };
}

/** A stack without the text that it begins with. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .join('\n');
}

/** By shape and not by class: errors of another realm are no instances of this one's Error. */
function isError(value: object): value is Error {
  return value instanceof Error || ('message' in value && 'stack' in value && typeof value.stack === 'string');
}
