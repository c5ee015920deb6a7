import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReferenceFetcher, createResultDownloader } from '@framesong/providers';
import { forbiddenAddresses, forbiddenUrls } from '@framesong/providers/forbidden-vectors';
import type { Figure } from '../bench.ts';

/** Every way of naming a forbidden address, for references and for results, with a server that must never be reached. */
export async function ssrfFigures(): Promise<Figure[]> {
  let hits = 0;
  let vectors = 0;
  let accepted = 0;
  const canary = http.createServer((_, response) => {
    hits += 1;
    response.end();
  });
  // On every address of this machine, IPv6 included.
  await new Promise<void>((resolve) => canary.listen(0, '::', resolve));
  const { port } = canary.address() as AddressInfo;
  const attempt = async (fetch: () => Promise<unknown>): Promise<void> => {
    vectors += 1;
    accepted += await fetch().then(
      () => 1,
      () => 0,
    );
  };
  try {
    // The canary sings when it is reached, or its silence would mean nothing.
    await using control = createReferenceFetcher({ allowHttp: true, allowed: [`localhost:${port}`] });
    await control.fetchReference(`http://localhost:${port}/`).catch(() => undefined);
    if (hits !== 1) throw new Error('the canary cannot be reached at all');
    hits = 0;
    await using references = createReferenceFetcher({ allowHttp: true, totalTimeoutMs: 5000 });
    const signal = new AbortController().signal;
    const typeOf = (): string => 'image/png';
    await using results = createResultDownloader({ provider: 'canary', trusted: ['http://127.0.0.1:1'], attempts: 1 });
    for (const url of forbiddenUrls.map((text) => text.replace('PORT', String(port)))) {
      await attempt(() => references.fetchReference(url));
      await attempt(() => results.download(url, { signal, typeOf }));
    }
    for (const [address] of forbiddenAddresses) {
      const resolve = (): Promise<string[]> => Promise.resolve([address]);
      await using named = createReferenceFetcher({ allowHttp: true, totalTimeoutMs: 5000, resolve });
      await attempt(() => named.fetchReference(`http://pictures.example:${port}/`));
    }
  } finally {
    canary.close();
    canary.closeAllConnections();
  }
  return [
    { figure: 'ssrf_vectors', value: vectors, unit: 'count', against: '' },
    { figure: 'ssrf_accepted', value: accepted, unit: 'count', against: `${vectors} vectors` },
    { figure: 'ssrf_canary_hits', value: hits, unit: 'count', against: `${vectors} vectors` },
  ];
}
