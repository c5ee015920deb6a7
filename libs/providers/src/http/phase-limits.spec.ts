import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../test-server.ts';
import { answer, call } from './http-client-fixture.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import type { HttpClientOptions } from './http-client-options.ts';
import { listenDeaf, listenRaw } from './stalling-server-fixture.ts';

const AMPLE_MS = 60_000;
/** Wide enough that only the limit that is meant can fire. */
const ample: Omit<HttpClientOptions, 'baseUrl'> = {
  provider: 'p',
  connectTimeoutMs: AMPLE_MS,
  writeTimeoutMs: AMPLE_MS,
  readTimeoutMs: AMPLE_MS,
  longestCallMs: AMPLE_MS,
  limits: { connections: 2, waitMs: AMPLE_MS },
  repeats: { attempts: 1 },
};
/** More than the system takes into its own buffers. */
const LARGE = { contentType: 'application/octet-stream', bytes: Buffer.alloc(24 * 1024 ** 2) };

async function withClient<T>(
  options: Partial<HttpClientOptions> & Pick<HttpClientOptions, 'baseUrl'>,
  use: (client: HttpClient) => Promise<T>,
): Promise<T> {
  await using client = createHttpClient({ ...ample, ...options });
  return await use(client);
}

const late = (stage: string, limitMs: number) => ({
  code: 'DEADLINE_EXCEEDED',
  reason: 'PROVIDER_TIMEOUT',
  metadata: { stage, limitMs: String(limitMs) },
});

describe('each phase of a call has a limit of its own', () => {
  it('connecting, where nobody accepts', async () => {
    await using deaf = await listenDeaf();
    await withClient({ baseUrl: deaf.baseUrl, connectTimeoutMs: 150 }, async (client) => {
      await expect(client.send(call())).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        reason: 'PROVIDER_UNREACHABLE',
        outcome: 'not_sent',
        metadata: { cause: 'UND_ERR_CONNECT_TIMEOUT' },
      });
    });
  });

  it('writing, where the request is not read on', async () => {
    await using server = await listenRaw(() => undefined);
    await withClient({ baseUrl: server.baseUrl, writeTimeoutMs: 150 }, async (client) => {
      const failing = client.send(call({ body: LARGE }));
      await expect(failing).rejects.toMatchObject({ ...late('write', 150), outcome: 'sent_unknown' });
    });
  });

  it('writing, which counts from piece to piece: a slow reader is waited for, and no reading time runs yet', async () => {
    const limitMs = 1000;
    const startedAt = performance.now();
    await using server = await listenRaw((socket) => void readSlowly(socket, LARGE.bytes.length, limitMs * 0.15));
    const limits = { writeTimeoutMs: limitMs, readTimeoutMs: limitMs };
    await withClient({ baseUrl: server.baseUrl, ...limits }, async (client) => {
      expect((await client.send(call({ body: LARGE }))).status).toBe(200);
    });
    expect(performance.now() - startedAt).toBeGreaterThan(limitMs);
  });

  it.each([
    ['before the head of the answer', ''],
    ['in the middle of the head', 'HTTP/1.1 200 OK\r\ncontent-'],
    ['after the head', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'],
    ['in the middle of the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"ok"'],
  ])('reading, where silence falls %s', async (_, words) => {
    await using server = await listenRaw((socket) => {
      socket.resume();
      socket.write(words);
    });
    await withClient({ baseUrl: server.baseUrl, readTimeoutMs: 150 }, async (client) => {
      await expect(client.send(call())).rejects.toMatchObject(late('read', 150));
      expect(client.active).toBe(0);
    });
  });

  it('the whole, where a trickle never ends', async () => {
    const stop = new AbortController();
    await using server = await listenRaw((socket) => {
      socket.resume();
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const dripping = setInterval(() => socket.write('1\r\n \r\n'), 20);
      const end = (): void => clearInterval(dripping);
      socket.once('close', end);
      stop.signal.addEventListener('abort', end);
    });
    await withClient({ baseUrl: server.baseUrl, readTimeoutMs: 5000, longestCallMs: 400 }, async (client) => {
      await expect(client.send(call())).rejects.toMatchObject(late('provider request', 400));
    });
    stop.abort();
  });

  it('waiting for a free connection, which the third call is told', async () => {
    const held: ServerResponse[] = [];
    const two = Promise.withResolvers<undefined>();
    const server = await listen((_request, response) => {
      if (held.push(response) === 2) two.resolve(undefined);
    });
    await withClient({ baseUrl: server.url.slice(0, -1), limits: { connections: 2, waitMs: 150 } }, async (client) => {
      const calls = [client.send(call()), client.send(call())];
      await two.promise;
      await expect(client.send(call())).rejects.toMatchObject({
        code: 'RESOURCE_EXHAUSTED',
        reason: 'PROVIDER_BUSY',
        outcome: 'not_sent',
        message: expect.stringContaining('within 150 ms') as string,
      });
      expect(held).toHaveLength(2);
      for (const response of held) response.end('{}');
      await Promise.all(calls);
    });
    await server.close();
  });
});

describe('idle connections', () => {
  it('are kept up to their number and no longer than their time, and the next call uses them', async () => {
    const both = Promise.withResolvers<undefined>();
    const held: { readonly request: IncomingMessage; readonly response: ServerResponse }[] = [];
    const server = await listen((request, response) => {
      const count = held.push({ request, response });
      if (count === 2) both.resolve(undefined);
      if (count > 2) answer(request, response);
    });
    // The server itself would keep them for longer.
    server.server.keepAliveTimeout = AMPLE_MS;
    const options = { baseUrl: server.url.slice(0, -1), keptConnections: 1, keepAliveMs: 1000 };
    await withClient(options, async (client) => {
      const calls = [client.send(call()), client.send(call())];
      await both.promise;
      const sockets = held.map(({ request }) => request.socket);
      const closed = sockets.map((socket) => once(socket, 'close'));
      expect(held.map(({ request }) => request.headers.connection).toSorted()).toEqual(['close', 'keep-alive']);
      for (const { request, response } of held) answer(request, response);
      await Promise.all(calls);
      await Promise.race(closed);
      const kept = sockets.filter((socket) => !socket.destroyed);
      expect(kept).toHaveLength(1);
      await client.send(call());
      expect(held[2]!.request.socket).toBe(kept[0]);
      await Promise.all(closed);
      expect(await openConnections(server.server)).toBe(0);
    });
    await server.close();
  });

  it('are all kept where nothing else is said', async () => {
    const held: ServerResponse[] = [];
    const both = Promise.withResolvers<undefined>();
    const connections = new Set<string | undefined>();
    const server = await listen((request, response) => {
      connections.add(request.headers.connection);
      if (held.push(response) === 2) both.resolve(undefined);
    });
    await withClient({ baseUrl: server.url.slice(0, -1) }, async (client) => {
      const calls = [client.send(call()), client.send(call())];
      await both.promise;
      for (const response of held) response.end('{}');
      await Promise.all(calls);
      expect([...connections]).toEqual(['keep-alive']);
      expect(await openConnections(server.server)).toBe(2);
    });
    await server.close();
  });
});

/** Reads a twelfth, waits, and so on; answers once everything has come. */
async function readSlowly(socket: Socket, bytes: number, pauseMs: number): Promise<void> {
  let sizeBytes = 0;
  for (let part = 1; part <= 12 && !socket.destroyed; part += 1) {
    while (sizeBytes < (bytes * part) / 12) {
      const chunk = socket.read() as Buffer | null;
      if (chunk) sizeBytes += chunk.length;
      else await once(socket, 'readable');
    }
    await sleep(pauseMs);
  }
  socket.resume();
  socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
}

function openConnections(server: { getConnections(tell: (error: Error | null, count: number) => void): unknown }) {
  return new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
}
