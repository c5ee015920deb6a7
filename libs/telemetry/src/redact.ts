import { createHash } from 'node:crypto';

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
const CONTENT_KEYS = new Set(['prompt', 'lyrics', 'base64']);
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
 * are cut, and errors become their name, code, reason, message, stack and causes, without further properties.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string')
    return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}... (${value.length})` : value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return { size: value.byteLength };
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (isError(value)) return plainError(value, depth);
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

function plainError(error: Error & { code?: unknown; reason?: unknown }, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    ...(error.code !== undefined && { code: error.code }),
    ...(error.reason !== undefined && { reason: error.reason }),
    message: redact(error.message),
    stack: error.stack,
    ...(error.cause !== undefined && { cause: redact(error.cause, depth + 1) }),
  };
}

/** By shape and not by class: errors of another realm are no instances of this one's Error. */
function isError(value: object): value is Error {
  return value instanceof Error || ('message' in value && 'stack' in value && typeof value.stack === 'string');
}
