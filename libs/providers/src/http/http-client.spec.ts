import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { listen, type TestServer } from '../test-server.ts';
import { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts';
import type { HttpCall } from './http-call.ts';
import { formBody, jsonBody } from './http-body.ts';
import { Secret } from './secret.ts';

let server: TestServer;
let client: HttpClient;
let handle: (request: IncomingMessage, response: ServerResponse) => void;

const answer = (_request: IncomingMessage, response: ServerResponse): void => void response.end('{"ok":true}');

function open(options: Partial<HttpClientOptions> = {}): HttpClient {
  client = createHttpClient({
    provider: 'p',
    baseUrl: server.url.slice(0, -1),
    repeats: { firstMs: 1, maxMs: 2, rateDelayMs: 1 },
    ...options,
  });
  return client;
}

function call(changes: Partial<HttpCall> = {}): HttpCall {
  const { signal } = new AbortController();
  return { method: 'POST', path: '/make', body: jsonBody({ a: 1 }), cost: 'paid', signal, ...changes };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

beforeEach(async () => {
  handle = answer;
  server = await listen((request, response) => handle(request, response));
});

afterEach(async () => {
  await client.close();
  await server.close();
});

describe('a call', () => {
  it('carries method, path, query, body and key, and nothing of its own', async () => {
    const seen = Promise.withResolvers<readonly [IncomingMessage, string]>();
    handle = (request, response) => {
      void bodyOf(request).then((body) => seen.resolve([request, body]));
      answer(request, response);
    };
    const authorize = () => Promise.resolve({ headers: { authorization: 'Bearer k' }, secret: new Secret('k') });
    const { status, bytes } = await open({ authorize }).send(call({ query: { a: 'b c' } }));
    expect([status, bytes.toString()]).toEqual([200, '{"ok":true}']);
    const [{ method, url, headers }, body] = await seen.promise;
    expect([method, url, body]).toEqual(['POST', '/make?a=b+c', '{"a":1}']);
    expect(headers).toEqual({
      host: server.host,
      connection: 'keep-alive',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'framesong',
      authorization: 'Bearer k',
      'content-type': 'application/json',
      'content-length': '7',
    });
  });

  it('carries a form part by part, with repeated names and odd file names', async () => {
    const seen = Promise.withResolvers<readonly [string, string]>();
    handle = (request, response) => {
      void bodyOf(request).then((body) => seen.resolve([request.headers['content-type'] ?? '', body]));
      answer(request, response);
    };
    const body = formBody([
      { name: 'prompt', value: 'größe' },
      { name: 'image[]', value: Buffer.from('one'), fileName: 'a"b.png', contentType: 'image/png' },
      { name: 'image[]', value: Buffer.from('two'), fileName: 'c.png', contentType: 'image/png' },
    ]);
    await open().send(call({ body }));
    const [type, text] = await seen.promise;
    expect(type).toBe(body.contentType);
    const boundary = type.split('boundary=')[1]!;
    expect(text.split(`--${boundary}`)).toEqual([
      '',
      '\r\ncontent-disposition: form-data; name="prompt"\r\n\r\ngröße\r\n',
      '\r\ncontent-disposition: form-data; name="image[]"; filename="a%22b.png"\r\ncontent-type: image/png\r\n\r\none\r\n',
      '\r\ncontent-disposition: form-data; name="image[]"; filename="c.png"\r\ncontent-type: image/png\r\n\r\ntwo\r\n',
      '--\r\n',
    ]);
  });

  it('never leaves the host of its provider', async () => {
    const elsewhere = open().send(call({ path: 'https://example.com/x' }));
    await expect(elsewhere).rejects.toMatchObject({ reason: 'PROVIDER_ORIGIN', outcome: 'not_sent' });
  });

  it('takes the key anew each time, so that a rotated one holds at once', async () => {
    const keys: (string | undefined)[] = [];
    handle = (request, response) => {
      keys.push(request.headers.authorization);
      answer(request, response);
    };
    let key = 'first';
    open({ authorize: () => Promise.resolve({ headers: { authorization: key }, secret: new Secret(key) }) });
    await client.send(call());
    key = 'second';
    await client.send(call());
    expect(keys).toEqual(['first', 'second']);
  });

  it('shows neither its key nor its body in an error, also where the provider quotes the key', async () => {
    handle = (request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: `wrong key ${request.headers.authorization?.slice(7)}` }));
    };
    const secret = new Secret('sk-hunter2');
    const authorize = () => Promise.resolve({ headers: { authorization: `Bearer ${secret.reveal()}` }, secret });
    const readWords = (body: unknown) => ({ message: (body as { message: string }).message });
    const failing = open({ authorize, readWords }).send(call({ body: jsonBody({ prompt: 'secret plot' }) }));
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    const everything = inspect(error, { depth: 20, showHidden: true });
    expect(everything).toContain('wrong key [redacted]');
    expect(everything).not.toMatch(/hunter2|secret plot|authorization/i);
  });
});

describe('connections', () => {
  it('are kept for the next call', async () => {
    const sockets = new Set<unknown>();
    handle = (request, response) => {
      sockets.add(request.socket);
      answer(request, response);
    };
    open();
    for (let count = 0; count < 5; count += 1) await client.send(call());
    // The second call may come before undici has noticed the end of the first.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('are never more than allowed; the others wait in order', async () => {
    const held: ServerResponse[] = [];
    const order: string[] = [];
    let arrived = Promise.withResolvers<undefined>();
    handle = (request, response) => {
      order.push(request.url ?? '');
      held.push(response);
      if (held.length === 2) arrived.resolve(undefined);
    };
    open({ limits: { connections: 2 } });
    const calls = ['/a', '/b', '/c', '/d'].map((path) => client.send(call({ path })));
    await arrived.promise;
    expect(client.active).toBe(2);
    arrived = Promise.withResolvers();
    for (const response of held.splice(0)) response.end('{}');
    await arrived.promise;
    for (const response of held.splice(0)) response.end('{}');
    await Promise.all(calls);
    expect(new Set(order.slice(0, 2))).toEqual(new Set(['/a', '/b']));
    expect(client.active).toBe(0);
  });

  it('that are all in use refuse a call beyond the waiting room, and one that waits too long, unsent', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    handle = (_request, response) => arrived.resolve(response);
    open({ limits: { connections: 1, pending: 1, waitMs: 20 } });
    const first = client.send(call());
    const response = await arrived.promise;
    const busy = { code: 'RESOURCE_EXHAUSTED', reason: 'PROVIDER_BUSY', outcome: 'not_sent' };
    const waiting = client.send(call());
    await expect(client.send(call())).rejects.toMatchObject(busy);
    await expect(waiting).rejects.toMatchObject(busy);
    response.end('{}');
    await first;
  });

  it('that cannot be made are tried again and end unsent', async () => {
    const free = await listen(answer);
    await free.close();
    open({ baseUrl: `http://${free.host}` });
    const unreachable = { code: 'UNAVAILABLE', reason: 'PROVIDER_UNREACHABLE', outcome: 'not_sent' };
    await expect(client.send(call())).rejects.toMatchObject({ ...unreachable, metadata: { cause: 'ECONNREFUSED' } });
  });

  it('that are not there in time, TLS included, end unsent', async () => {
    const silent = net.createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const baseUrl = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    try {
      const failing = open({ baseUrl, connectTimeoutMs: 50, repeats: { attempts: 1 } }).send(call());
      await expect(failing).rejects.toMatchObject({
        outcome: 'not_sent',
        reason: 'PROVIDER_UNREACHABLE',
        metadata: { cause: 'UND_ERR_CONNECT_TIMEOUT' },
      });
    } finally {
      silent.close();
    }
  });

  it('go through the proxy where there is one, and never for loopback or an excepted host', async () => {
    const asked: string[] = [];
    const proxy = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (head: Buffer) => {
        const line = head.toString().split('\r\n')[0]!;
        asked.push(line);
        socket.end(
          `HTTP/1.1 ${line.startsWith('CONNECT') ? '502 Bad Gateway' : '200 OK'}\r\ncontent-length: 2\r\n\r\n{}`,
        );
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const rules = { httpProxy: url, httpsProxy: url, noProxy: 'excepted.example' };
    const sendTo = async (baseUrl: string): Promise<number> => {
      await client.close();
      open({ baseUrl, proxy: rules, repeats: { attempts: 1 } });
      return (await client.send(call())).status;
    };
    open();
    try {
      expect(await sendTo('http://api.example:8080')).toBe(200);
      const refused = { outcome: 'not_sent', reason: 'PROVIDER_UNREACHABLE' };
      await expect(sendTo('https://api.example')).rejects.toMatchObject(refused);
      expect(asked).toEqual(['POST http://api.example:8080/make HTTP/1.1', 'CONNECT api.example:443 HTTP/1.1']);
      expect(await sendTo(server.url.slice(0, -1))).toBe(200);
      await expect(sendTo('http://excepted.example:1')).rejects.toMatchObject({ outcome: 'not_sent' });
      expect(asked).toHaveLength(2);
    } finally {
      await client.close();
      proxy.close();
    }
  });
});

describe('time limits', () => {
  it('end the wait for the first byte, and the time for everything', async () => {
    handle = () => undefined;
    open();
    const late = { code: 'DEADLINE_EXCEEDED', reason: 'PROVIDER_TIMEOUT', outcome: 'sent_unknown' };
    await expect(client.send(call({ timeouts: { firstByteMs: 300 } }))).rejects.toMatchObject({
      ...late,
      metadata: { stage: 'first byte', limitMs: '300' },
    });
    await expect(client.send(call({ timeouts: { totalMs: 300 } }))).rejects.toMatchObject({
      ...late,
      metadata: { stage: 'provider request', limitMs: '300' },
    });
    expect(client.active).toBe(0);
  });

  it('never exceed the ceiling, whatever is asked for', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const arrived = Promise.withResolvers<undefined>();
      handle = () => arrived.resolve(undefined);
      open();
      const failing = client.send(call({ timeouts: { totalMs: 3_600_000 } })).catch((thrown: unknown) => thrown);
      await arrived.promise;
      jest.advanceTimersByTime(180_000);
      expect(await failing).toMatchObject({ reason: 'PROVIDER_TIMEOUT', metadata: { limitMs: '180000' } });
    } finally {
      jest.useRealTimers();
    }
  });

  it('and cancels reach the socket', async () => {
    const gone = Promise.withResolvers<undefined>();
    const abort = new AbortController();
    handle = (request) => {
      request.socket.once('close', () => gone.resolve(undefined));
      abort.abort();
    };
    await expect(open().send(call({ signal: abort.signal }))).rejects.toMatchObject({
      code: 'CANCELLED',
      outcome: 'sent_unknown',
    });
    await gone.promise;
  });
});

describe('an answer', () => {
  it('that is larger than allowed is given up, and its connection closed', async () => {
    const gone = Promise.withResolvers<undefined>();
    handle = (request, response) => {
      request.socket.once('close', () => gone.resolve(undefined));
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    };
    await expect(open({ maxAnswerBytes: 200_000 }).send(call())).rejects.toMatchObject({
      reason: 'PROVIDER_ANSWER_TOO_LARGE',
      outcome: 'billed',
    });
    await gone.promise;
  });

  it('that is a stream is given event by event; leaving early closes the connection', async () => {
    const gone = Promise.withResolvers<undefined>();
    handle = (request, response) => {
      request.socket.once('close', () => gone.resolve(undefined));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: partial\ndata: 1\n\nevent: partial\ndata: 2\n\n');
    };
    const seen: unknown[] = [];
    for await (const event of open().stream(call())) {
      seen.push(event);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([
      { event: 'partial', data: '1' },
      { event: 'partial', data: '2' },
    ]);
    await gone.promise;
    expect(client.active).toBe(0);
  });

  it('that breaks in the middle of a stream is billed and not asked for again', async () => {
    let requests = 0;
    handle = (_request, response) => {
      requests += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n', () => response.destroy());
    };
    const read = async (): Promise<void> => {
      for await (const event of open().stream(call())) expect(event).toEqual({ event: 'message', data: '1' });
    };
    await expect(read()).rejects.toMatchObject({ reason: 'PROVIDER_CONNECTION_LOST', outcome: 'billed' });
    expect(requests).toBe(1);
  });

  it('to a call for a stream that is JSON is given whole', async () => {
    const events = await Array.fromAsync(open().stream(call()));
    expect(events).toMatchObject([{ answer: { status: 200, bytes: Buffer.from('{"ok":true}') } }]);
  });

  it('that refuses a stream once is asked for again', async () => {
    let requests = 0;
    handle = (_request, response) => {
      requests += 1;
      response.writeHead(requests === 1 ? 429 : 200, { 'content-type': 'text/event-stream' });
      response.end('data: 1\n\n');
    };
    expect(await Array.fromAsync(open().stream(call()))).toEqual([{ event: 'message', data: '1' }]);
    expect(requests).toBe(2);
  });
});
