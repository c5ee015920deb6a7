import { errorOfSignal, throwIfAborted } from '@framesong/errors';
import { METRICS, record } from '@framesong/telemetry';
import { request, type Agent, type Dispatcher } from 'undici';
import { connectionError } from './connection-errors.ts';
import { createGuardedAgent, resolveBySystem, type ResolveHost } from './guarded-connections.ts';
import { readImageBody } from './read-image-body.ts';
import { downloadTimeout, redactedUrl, referenceTooLarge, refused } from './reference-errors.ts';
import { conditionsOf, originOf, type ReferenceOrigin } from './reference-origin.ts';
import { checkStatus, redirectTarget } from './reference-response.ts';
import { checkReferenceUrl, isAllowListed, type UrlRules } from './reference-url.ts';
import { untilAborted } from '../http/until-aborted.ts';

/** How reference pictures are downloaded. */
export interface ReferenceFetcherOptions {
  /** Default false: https only. */
  readonly allowHttp?: boolean;
  /** `host:port` pairs that may be fetched wherever they are. Default none. */
  readonly allowed?: readonly string[];
  /** Default 10 s, name resolution and TLS included. */
  readonly connectTimeoutMs?: number;
  /** For everything, redirects included. Default 60 s. */
  readonly totalTimeoutMs?: number;
  /** Default 50 MiB. */
  readonly maxBytes?: number;
  /** Default 5. */
  readonly maxRedirects?: number;
  readonly userAgent?: string;
  readonly resolve?: ResolveHost;
}

/** A downloaded picture. */
export interface FetchedReference {
  readonly bytes: Buffer;
  /** By its first bytes. */
  readonly mediaType: string;
  /** Where it came from after redirects, without query. */
  readonly finalUrl: string;
  readonly origin: ReferenceOrigin;
}

/** A picture that its server says has not changed; nothing but this was downloaded. */
export interface UnchangedReference {
  readonly bytes?: undefined;
  readonly origin: ReferenceOrigin;
}

/** Downloads pictures from addresses that callers name. */
export interface ReferenceFetcher extends AsyncDisposable {
  /**
   * Proxy variables of the environment are not honoured: a proxy would make the address check void.
   * @throws FramesongError INVALID_ARGUMENT `REFERENCE_URL_INVALID`, `REFERENCE_ADDRESS_FORBIDDEN`, `REFERENCE_TOO_LARGE`,
   * `REFERENCE_NOT_AN_IMAGE`; FAILED_PRECONDITION `REFERENCE_REFUSED`; UNAVAILABLE `REFERENCE_UNREACHABLE`;
   * DEADLINE_EXCEEDED `REFERENCE_TIMEOUT`; what the signal stands for.
   */
  fetchReference(url: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<FetchedReference>;
  /**
   * As {@link fetchReference}, of a picture that was downloaded before: its server is asked whether it has changed since, where it
   * has given means to ask.
   */
  refreshReference(
    url: string,
    known: ReferenceOrigin,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<FetchedReference | UnchangedReference>;
  close(): Promise<void>;
}

const NOT_MODIFIED = 304;

/** The only way in which Framesong connects to an address that a caller has chosen. */
export function createReferenceFetcher(options: ReferenceFetcherOptions = {}): ReferenceFetcher {
  const { connectTimeoutMs = 10_000, totalTimeoutMs = 60_000, maxBytes = 50 * 1024 ** 2, maxRedirects = 5 } = options;
  const { resolve = resolveBySystem, userAgent = 'framesong' } = options;
  const rules: UrlRules = { allowHttp: options.allowHttp ?? false, allowed: new Set(options.allowed) };
  const guardedAgent = createGuardedAgent({ resolve, connectTimeoutMs, onlyPublic: true });
  const allowListAgent = createGuardedAgent({ resolve, connectTimeoutMs, onlyPublic: false });
  const headers = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': userAgent };

  async function send(
    url: URL,
    conditions: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const dispatcher: Agent = isAllowListed(url, rules) ? allowListAgent : guardedAgent;
    // undici's own limits are replaced by the signal, which counts everything. undici looks at the signal only once it is
    // connected, so the wait for a connection is raced with it.
    const all = { ...headers, ...conditions };
    const sent = request(url, { dispatcher, headers: all, signal, headersTimeout: 0, bodyTimeout: 0 });
    return untilAborted(sent, signal);
  }

  async function follow(
    start: URL,
    known: ReferenceOrigin | undefined,
    signal: AbortSignal,
  ): Promise<FetchedReference | UnchangedReference> {
    let url = start;
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      try {
        const conditions = conditionsOf(known, url);
        const response = await send(url, conditions, signal);
        const target = redirectTarget(response);
        const origin = originOf(url, redirects > 0, response.headers);
        if (response.statusCode === NOT_MODIFIED && Object.keys(conditions).length > 0) {
          discard(response);
          // What an answer leaves out stays as it was.
          return { origin: { ...known, ...origin } };
        }
        if (target === undefined) return { ...(await receive(url, response)), origin };
        discard(response);
        url = checkReferenceUrl(target, rules, url);
      } catch (thrown) {
        if (signal.aborted) throw errorOfSignal(signal);
        throw connectionError(url, thrown);
      }
    }
    throw refused(start, `redirects more than ${maxRedirects} times`);
  }

  async function receive(url: URL, response: Dispatcher.ResponseData): Promise<Omit<FetchedReference, 'origin'>> {
    try {
      checkStatus(url, response);
      if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw referenceTooLarge(url, maxBytes);
      const { bytes, mediaType } = await readImageBody(url, response.body, maxBytes);
      record(METRICS.downloadSize, bytes.length);
      return { bytes, mediaType, finalUrl: redactedUrl(url) };
    } catch (thrown) {
      discard(response);
      throw thrown;
    }
  }

  async function download(text: string, known: ReferenceOrigin | undefined, signal: AbortSignal | undefined) {
    throwIfAborted(signal);
    const url = checkReferenceUrl(text, rules);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(downloadTimeout(totalTimeoutMs)), totalTimeoutMs);
    try {
      return await follow(url, known, signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async function close(): Promise<void> {
    await Promise.all([guardedAgent.destroy(), allowListAgent.destroy()]);
  }

  return {
    async fetchReference(url, { signal } = {}) {
      // Without conditions nobody says that nothing has changed.
      return (await download(url, undefined, signal)) as FetchedReference;
    },
    refreshReference: (url, known, { signal } = {}) => download(url, known, signal),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Gives the connection up; what it still sends is nobody's. */
function discard({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => undefined).destroy();
}
