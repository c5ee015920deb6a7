import { errorOfSignal, throwIfAborted } from '@framesong/errors';
import { METRICS, record } from '@framesong/telemetry';
import { request, type Agent, type Dispatcher } from 'undici';
import { connectionError } from './connection-errors.ts';
import { createGuardedAgent, resolveBySystem, type ResolveHost } from './guarded-connections.ts';
import { readImageBody } from './read-image-body.ts';
import { downloadTimeout, redactedUrl, referenceTooLarge, refused } from './reference-errors.ts';
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
  close(): Promise<void>;
}

/** The only way in which Framesong connects to an address that a caller has chosen. */
export function createReferenceFetcher(options: ReferenceFetcherOptions = {}): ReferenceFetcher {
  const { connectTimeoutMs = 10_000, totalTimeoutMs = 60_000, maxBytes = 50 * 1024 ** 2, maxRedirects = 5 } = options;
  const { resolve = resolveBySystem, userAgent = 'framesong' } = options;
  const rules: UrlRules = { allowHttp: options.allowHttp ?? false, allowed: new Set(options.allowed) };
  const guardedAgent = createGuardedAgent({ resolve, connectTimeoutMs, onlyPublic: true });
  const allowListAgent = createGuardedAgent({ resolve, connectTimeoutMs, onlyPublic: false });
  const headers = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': userAgent };

  async function send(url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const dispatcher: Agent = isAllowListed(url, rules) ? allowListAgent : guardedAgent;
    // undici's own limits are replaced by the signal, which counts everything. undici looks at the signal only once it is
    // connected, so the wait for a connection is raced with it.
    const sent = request(url, { dispatcher, headers, signal, headersTimeout: 0, bodyTimeout: 0 });
    return untilAborted(sent, signal);
  }

  async function follow(start: URL, signal: AbortSignal): Promise<FetchedReference> {
    let url = start;
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      try {
        const response = await send(url, signal);
        const target = redirectTarget(response);
        if (target === undefined) return await receive(url, response);
        discard(response);
        url = checkReferenceUrl(target, rules, url);
      } catch (thrown) {
        if (signal.aborted) throw errorOfSignal(signal);
        throw connectionError(url, thrown);
      }
    }
    throw refused(start, `redirects more than ${maxRedirects} times`);
  }

  async function receive(url: URL, response: Dispatcher.ResponseData): Promise<FetchedReference> {
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

  async function fetchReference(text: string, { signal }: { signal?: AbortSignal | undefined } = {}) {
    throwIfAborted(signal);
    const url = checkReferenceUrl(text, rules);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(downloadTimeout(totalTimeoutMs)), totalTimeoutMs);
    try {
      return await follow(url, signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async function close(): Promise<void> {
    await Promise.all([guardedAgent.destroy(), allowListAgent.destroy()]);
  }

  return { fetchReference, close, [Symbol.asyncDispose]: close };
}

/** Gives the connection up; what it still sends is nobody's. */
function discard({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => undefined).destroy();
}
