import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen, type TestServer } from '../test-server.ts';
import { jsonBody } from './http-body.ts';
import type { HttpCall } from './http-call.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import type { HttpClientOptions } from './http-client-options.ts';

/** A server and a client for it; tests change `handle`. */
export interface ClientFixture {
  readonly server: TestServer;
  /** The client that was opened last. */
  client: HttpClient;
  handle: (request: IncomingMessage, response: ServerResponse) => void;
  open(options?: Partial<HttpClientOptions>): HttpClient;
  close(): Promise<void>;
}

/** The answer of every call that is not about its answer. */
export const answer = (_request: IncomingMessage, response: ServerResponse): void => void response.end('{"ok":true}');

export async function openClientFixture(): Promise<ClientFixture> {
  const server = await listen((request, response) => fixture.handle(request, response));
  const open = (options: Partial<HttpClientOptions> = {}): HttpClient =>
    (fixture.client = createHttpClient({
      provider: 'p',
      baseUrl: server.url.slice(0, -1),
      repeats: { firstMs: 1, maxMs: 2, rateDelayMs: 1 },
      ...options,
    }));
  const fixture: ClientFixture = {
    server,
    client: undefined as unknown as HttpClient,
    handle: answer,
    open,
    async close() {
      await fixture.client.close();
      await server.close();
    },
  };
  open();
  return fixture;
}

/** A paid POST. */
export function call(changes: Partial<HttpCall> = {}): HttpCall {
  const { signal } = new AbortController();
  return { method: 'POST', path: '/make', body: jsonBody({ a: 1 }), cost: 'paid', signal, ...changes };
}
