import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';

/** What a server said of how long its picture may be used, and how it is asked whether the picture has changed. */
export interface ReferenceOrigin {
  /** SHA-256 of the URL after redirects: its query may hold a signature. */
  readonly urlDigest: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** For how long from the answer on the server lets it be used unasked; 0: not at all. */
  readonly freshForMs: number;
  /** False where its server forbids to keep it. */
  readonly mayKeep: boolean;
}

type Headers = Dispatcher.ResponseData['headers'];

/**
 * Reads the headers of an answer as RFC 9111 has it for a cache of one owner. No time is guessed where the server names none. After
 * a redirect nothing is fresh: the address that was asked for may lead elsewhere the next time.
 */
export function originOf(url: URL, isRedirected: boolean, headers: Headers): ReferenceOrigin {
  const directives = directivesOf(headers['cache-control']);
  const mustAsk = isRedirected || directives.has('no-cache') || oneOf(headers['vary']) === '*';
  const etag = oneOf(headers['etag']);
  const lastModified = oneOf(headers['last-modified']);
  return {
    urlDigest: digestOf(url),
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
    freshForMs: mustAsk ? 0 : freshForMs(directives, headers),
    mayKeep: !directives.has('no-store'),
  };
}

/** The headers that ask whether a picture has changed; none for another URL than the one that it came from. */
export function conditionsOf(known: ReferenceOrigin | undefined, url: URL): Record<string, string> {
  if (known?.urlDigest !== digestOf(url)) return {};
  if (known.etag !== undefined) return { 'if-none-match': known.etag };
  return known.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified };
}

function digestOf({ href }: URL): string {
  return createHash('sha256').update(href).digest('hex');
}

function directivesOf(header: string | string[] | undefined): ReadonlyMap<string, string> {
  const parts = [header ?? []].flat().join(',').toLowerCase().split(',');
  return new Map(
    parts.map((part) => {
      const [name = '', value = ''] = part.split('=');
      return [name.trim(), value.trim().replaceAll('"', '')];
    }),
  );
}

function freshForMs(directives: ReadonlyMap<string, string>, headers: Headers): number {
  const ageSeconds = seconds(oneOf(headers['age'])) ?? 0;
  const maxAge = directives.get('max-age');
  // A max-age that cannot be read is none at all, and then Expires does not count either.
  if (maxAge !== undefined) return 1000 * Math.max(0, (seconds(maxAge) ?? 0) - ageSeconds);
  const [expires, date] = [headers['expires'], headers['date']].map((header) => Date.parse(oneOf(header) ?? ''));
  const lifetimeMs = expires! - date!;
  return Number.isNaN(lifetimeMs) ? 0 : Math.max(0, lifetimeMs - 1000 * ageSeconds);
}

function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
