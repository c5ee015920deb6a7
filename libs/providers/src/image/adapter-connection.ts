import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import { createKeySource, type KeySource } from '../http/key-source.ts';
import type { ProviderWords } from '../http/refusals.ts';
import { createResultDownloader, type ResultDownloader } from '../http/result-downloader.ts';
import type { AdapterConnection } from './image-adapter.ts';

/** Who is connected to, and how it is spoken to. */
export interface ConnectedProvider {
  /** As callers name it: `jiekou`. */
  readonly provider: string;
  /** Reads the provider's own words from the body of a refusal. */
  readonly readWords: (body: unknown, status: number) => ProviderWords | undefined;
  /** What stands before the key in the authorization header. Default `Bearer`. */
  readonly scheme?: string;
}

/** The ways to one provider: calls with its key, and downloads of its results, which never see the key. */
export interface OpenConnection {
  readonly key: KeySource;
  readonly http: HttpClient;
  readonly downloader: ResultDownloader;
  /** Ends every connection. */
  readonly close: () => Promise<void>;
}

/** Opens what every adapter with a key needs. The key is read for each call, so that a rotated one holds at once. */
export function openConnection(options: AdapterConnection, who: ConnectedProvider): OpenConnection {
  const { baseUrl } = options;
  const { provider, readWords, scheme = 'Bearer' } = who;
  const key = createKeySource(options.key);
  const http = createHttpClient({
    ...options.http,
    provider,
    baseUrl,
    readWords,
    authorize: async () => {
      const secret = await key.current();
      return { headers: { authorization: `${scheme} ${secret.reveal()}` }, secret };
    },
  });
  const downloader = createResultDownloader({
    proxy: options.http?.proxy,
    ...options.download,
    provider,
    trusted: [baseUrl],
  });
  return {
    key,
    http,
    downloader,
    async close() {
      await Promise.all([http.close(), downloader.close()]);
    },
  };
}
