import { errorOfSignal, FramesongError, throwIfAborted } from '@framesong/errors';
import { annotate, ATTR, METRICS, record, stage, STAGES } from '@framesong/telemetry';
import { request, type Dispatcher } from 'undici';
import { createGuardedAgent, resolveBySystem, type ResolveHost } from '../references/guarded-connections.ts';
import { redirectTarget } from '../references/reference-response.ts';
import { checkReferenceUrl, isAllowListed, type UrlRules } from '../references/reference-url.ts';
import { backoffMs, pause } from './backoff.ts';
import { createDispatcher, type ProxyRules } from './dispatchers.ts';
import { createMemorySink, openFileSink, type DownloadSink } from './download-sink.ts';
import {
  startPartialDownload,
  type DownloadedFile,
  type ExpectedFile,
  type PartialDownload,
} from './partial-download.ts';
import { plainHeaders } from './read-answer.ts';
import { resultForbidden, resultGone, resultInvalid, resultTimeout, resultUnreachable } from './result-errors.ts';
import { timeLimit } from './time-limit.ts';
import { untilAborted } from './until-aborted.ts';

/** How results are fetched. */
export interface ResultDownloaderOptions {
  readonly provider: string;
  /** Hosts that are trusted as they are, also on loopback and over http: those of the provider's own base URL. */
  readonly trusted: readonly string[];
  /** Default 30 s. */
  readonly connectTimeoutMs?: number;
  /** For everything, redirects and repeats included. Default 60 s. */
  readonly totalTimeoutMs?: number;
  /** A try that receives nothing for so long is given up and resumed. Default 15 s. */
  readonly stallTimeoutMs?: number;
  /** Default 64 MiB. */
  readonly maxBytes?: number;
  /** Default 5 tries, waits up to 0.25, 0.5, 1, 2 s. */
  readonly attempts?: number;
  readonly firstDelayMs?: number;
  /** Through a proxy names are resolved by it, so only addresses and local names in the URL itself can be refused. */
  readonly proxy?: ProxyRules | undefined;
  readonly resolve?: ResolveHost;
  /** Name of the stage in traces. Default `download image`. */
  readonly stage?: string;
}

/** A file that a provider has made. */
export interface ResultFile {
  readonly bytes: Buffer;
  /** By its first bytes. */
  readonly mediaType: string;
}

/** Fetches results from the URLs that a provider's answer names, under the address guard of references. */
export interface ResultDownloader extends AsyncDisposable {
  /**
   * Repeats and resumes by itself inside its time: a download costs nothing.
   * @throws FramesongError `PROVIDER_RESULT_*`, without outcome; what the signal stands for.
   */
  download(
    url: string,
    options: { readonly signal: AbortSignal; readonly typeOf: ExpectedFile['typeOf'] },
  ): Promise<ResultFile>;
  /** The same into a file, never more than a piece of it in memory. */
  save(
    url: string,
    options: { readonly signal: AbortSignal; readonly typeOf: ExpectedFile['typeOf']; readonly path: string },
  ): Promise<DownloadedFile>;
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;

export function createResultDownloader(options: ResultDownloaderOptions): ResultDownloader {
  const { provider, connectTimeoutMs = 30_000, totalTimeoutMs = 60_000, stallTimeoutMs = 15_000 } = options;
  const { attempts = 5, firstDelayMs = 250, maxBytes = 64 * 1024 ** 2, resolve = resolveBySystem, proxy } = options;
  const trusted = new Set(options.trusted.map((url) => hostAndPort(new URL(url))));
  const rules: UrlRules = { allowHttp: false, allowed: trusted };
  const trustedAgent = createGuardedAgent({ resolve, connectTimeoutMs, onlyPublic: false });
  const guardedAgent = proxy?.httpsProxy
    ? createDispatcher({ connections: 8, connectTimeoutMs, keepAliveMs: 1000, proxy: { ...proxy, noProxy: '' } })
    : createGuardedAgent({ resolve, connectTimeoutMs, onlyPublic: true });

  async function once(start: URL, partial: PartialDownload, signal: AbortSignal): Promise<DownloadedFile> {
    const stall = timeLimit(stallTimeoutMs, () => resultUnreachable(start, `sent nothing within ${stallTimeoutMs} ms`));
    const both = AbortSignal.any([signal, stall.signal]);
    stall.start();
    let url = start;
    try {
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
        const response = await untilAborted(open(url, partial, both), both);
        try {
          const target = redirectTarget(response);
          if (target === undefined) return await receive(url, response, partial, both, () => stall.start());
          url = checked(target, url);
        } finally {
          if (!response.body.readableEnded) response.body.on('error', () => undefined).destroy();
        }
      }
      throw resultInvalid(start, `redirects more than ${MAX_REDIRECTS} times`);
    } catch (thrown) {
      if (both.aborted) throw errorOfSignal(both);
      throw downloadError(url, provider, thrown);
    } finally {
      stall.stop();
    }
  }

  function open(url: URL, partial: PartialDownload, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const headers = {
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'framesong',
      ...partial.rangeHeaders(),
    };
    const dispatcher = isAllowListed(url, rules) ? trustedAgent : guardedAgent;
    return request(url, { dispatcher, headers, signal, headersTimeout: 0, bodyTimeout: 0 });
  }

  function checked(text: string, base?: URL): URL {
    try {
      // The provider's own host may speak http, as an emulator or an engine in the same network does; nobody else.
      const isTrusted = trusted.has(hostAndPort(new URL(text, base)));
      return checkReferenceUrl(text, { ...rules, allowHttp: isTrusted }, base);
    } catch (thrown) {
      if (thrown instanceof FramesongError) throw resultForbidden(provider, thrown);
      throw new FramesongError(`${provider} names a result without a proper URL`, {
        code: 'UNAVAILABLE',
        reason: 'PROVIDER_RESULT_INVALID',
      });
    }
  }

  async function fetchInto(
    sink: DownloadSink,
    text: string,
    { signal, typeOf }: Parameters<ResultDownloader['download']>[1],
  ): Promise<DownloadedFile> {
    throwIfAborted(signal);
    const url = checked(text);
    const partial = startPartialDownload(url, { maxBytes, typeOf }, sink);
    const limit = timeLimit(totalTimeoutMs, () => resultTimeout(totalTimeoutMs));
    const both = AbortSignal.any([signal, limit.signal]);
    limit.start();
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const file = await once(url, partial, both);
          record(METRICS.downloadSize, file.sizeBytes);
          annotate({ [ATTR.downloadSize]: file.sizeBytes });
          return file;
        } catch (thrown) {
          if (both.aborted) throw errorOfSignal(both);
          const passes = thrown instanceof FramesongError && thrown.reason === 'PROVIDER_RESULT_UNREACHABLE';
          if (!passes || attempt >= attempts) throw thrown;
          await pause(backoffMs({ firstMs: firstDelayMs, maxMs: 4000 }, attempt), both);
        }
      }
    } finally {
      limit.stop();
    }
  }

  const stageName = options.stage ?? STAGES.downloadImage.name;
  const attributes = { [ATTR.downloadTimeout]: totalTimeoutMs / 1000 };
  const download: ResultDownloader['download'] = (url, how) =>
    stage(stageName, attributes, async () => {
      const sink = createMemorySink();
      const { mediaType } = await fetchInto(sink, url, how);
      return { bytes: sink.bytes(), mediaType };
    });
  const save: ResultDownloader['save'] = (url, how) =>
    stage(stageName, attributes, async () => {
      await using sink = await openFileSink(how.path);
      return await fetchInto(sink, url, how);
    });

  const close = async (): Promise<void> => {
    await Promise.all([guardedAgent.destroy(), trustedAgent.destroy()]);
  };
  return { download, save, close, [Symbol.asyncDispose]: close };
}

async function receive(
  url: URL,
  { statusCode, headers, body }: Dispatcher.ResponseData,
  partial: PartialDownload,
  signal: AbortSignal,
  onBytes: () => void,
): Promise<DownloadedFile> {
  if (statusCode >= 500 || statusCode === 429 || statusCode === 408)
    throw resultUnreachable(url, `answered with status ${statusCode}`);
  if (statusCode !== 200 && statusCode !== 206) throw resultGone(url, statusCode);
  await partial.begin(statusCode, plainHeaders(headers));
  const chunks = body[Symbol.asyncIterator]();
  for (;;) {
    const next = await untilAborted(chunks.next(), signal);
    if (next.done === true) return partial.complete();
    onBytes();
    await partial.add(next.value as Uint8Array);
  }
}

function downloadError(url: URL, provider: string, thrown: unknown): FramesongError {
  for (let error = thrown; error !== undefined && error !== null; error = (error as { cause?: unknown }).cause) {
    if (!(error instanceof FramesongError)) continue;
    // The guard speaks of references.
    return error.reason.startsWith('PROVIDER_') ? error : resultForbidden(provider, error);
  }
  return resultUnreachable(url, 'could not be read to its end', thrown);
}

/** As {@link isAllowListed} compares them. */
function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port}`;
}
