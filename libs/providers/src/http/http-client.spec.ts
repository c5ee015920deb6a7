import type { IncomingMessage } from 'node:http';
import { inspect } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { formBody, jsonBody } from './http-body.ts';
import { answer, call, openClientFixture, type ClientFixture } from './http-client-fixture.ts';
import { Secret } from './secret.ts';

let fixture: ClientFixture;

beforeEach(async () => {
  fixture = await openClientFixture();
});

afterEach(() => fixture.close());

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a call', () => {
  it('carries method, path, query, body and key, and nothing of its own', async () => {
    const seen = Promise.withResolvers<readonly [IncomingMessage, string]>();
    fixture.handle = (request, response) => {
      void bodyOf(request).then((body) => seen.resolve([request, body]));
      answer(request, response);
    };
    const authorize = () => Promise.resolve({ headers: { authorization: 'Bearer k' }, secret: new Secret('k') });
    const { status, bytes } = await fixture.open({ authorize }).send(call({ query: { a: 'b c' } }));
    expect([status, bytes.toString()]).toEqual([200, '{"ok":true}']);
    const [{ method, url, headers }, body] = await seen.promise;
    expect([method, url, body]).toEqual(['POST', '/make?a=b+c', '{"a":1}']);
    expect(headers).toEqual({
      host: fixture.server.host,
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
    fixture.handle = (request, response) => {
      void bodyOf(request).then((body) => seen.resolve([request.headers['content-type'] ?? '', body]));
      answer(request, response);
    };
    const body = formBody([
      { name: 'prompt', value: 'größe' },
      { name: 'image[]', value: Buffer.from('one'), fileName: 'a"b.png', contentType: 'image/png' },
      { name: 'image[]', value: Buffer.from('two'), fileName: 'c.png', contentType: 'image/png' },
    ]);
    await fixture.open().send(call({ body }));
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
    const elsewhere = fixture.open().send(call({ path: 'https://example.com/x' }));
    await expect(elsewhere).rejects.toMatchObject({ reason: 'PROVIDER_ORIGIN', outcome: 'not_sent' });
  });

  it('takes the key anew each time, so that a rotated one holds at once', async () => {
    const keys: (string | undefined)[] = [];
    fixture.handle = (request, response) => {
      keys.push(request.headers.authorization);
      answer(request, response);
    };
    let key = 'first';
    fixture.open({ authorize: () => Promise.resolve({ headers: { authorization: key }, secret: new Secret(key) }) });
    await fixture.client.send(call());
    key = 'second';
    await fixture.client.send(call());
    expect(keys).toEqual(['first', 'second']);
  });

  it('shows neither its key nor its body in an error, also where the provider quotes the key', async () => {
    fixture.handle = (request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: `wrong key ${request.headers.authorization?.slice(7)}` }));
    };
    const secret = new Secret('sk-hunter2');
    const authorize = () => Promise.resolve({ headers: { authorization: `Bearer ${secret.reveal()}` }, secret });
    const readWords = (body: unknown) => ({ message: (body as { message: string }).message });
    const failing = fixture.open({ authorize, readWords }).send(call({ body: jsonBody({ prompt: 'secret plot' }) }));
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    const everything = inspect(error, { depth: 20, showHidden: true });
    expect(everything).toContain('wrong key [redacted]');
    expect(everything).not.toMatch(/hunter2|secret plot|authorization/i);
  });
});

describe('an answer', () => {
  it('that is larger than allowed is given up, and its connection closed', async () => {
    const gone = Promise.withResolvers<undefined>();
    fixture.handle = (request, response) => {
      request.socket.once('close', () => gone.resolve(undefined));
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    };
    await expect(fixture.open({ maxAnswerBytes: 200_000 }).send(call())).rejects.toMatchObject({
      reason: 'PROVIDER_ANSWER_TOO_LARGE',
      outcome: 'billed',
    });
    await gone.promise;
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('that comes as %s although nobody asked for it is unpacked, up to its limit', async (encoding, pack) => {
    let content = Buffer.from('{"ok":true}');
    fixture.handle = (_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding });
      response.end(pack(content));
    };
    expect((await fixture.client.send(call())).bytes.toString()).toBe('{"ok":true}');
    content = Buffer.alloc(1024 ** 2);
    await expect(fixture.client.send(call({ maxResponseBytes: 100_000 }))).rejects.toMatchObject({
      reason: 'PROVIDER_ANSWER_TOO_LARGE',
      outcome: 'billed',
    });
  });

  it('that cannot be unpacked is lost, and paid for', async () => {
    fixture.handle = (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end('no gzip');
    };
    const lost = { reason: 'PROVIDER_ANSWER_INVALID', outcome: 'billed' };
    await expect(fixture.client.send(call())).rejects.toMatchObject(lost);
  });

  it('that is a stream is given event by event; leaving early closes the connection', async () => {
    const gone = Promise.withResolvers<undefined>();
    fixture.handle = (request, response) => {
      request.socket.once('close', () => gone.resolve(undefined));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: partial\ndata: 1\n\nevent: partial\ndata: 2\n\n');
    };
    const seen: unknown[] = [];
    for await (const event of fixture.open().stream(call())) {
      seen.push(event);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([
      { event: 'partial', data: '1' },
      { event: 'partial', data: '2' },
    ]);
    await gone.promise;
    expect(fixture.client.active).toBe(0);
  });

  it('that breaks in the middle of a stream is billed and not asked for again', async () => {
    let requests = 0;
    fixture.handle = (_request, response) => {
      requests += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n', () => response.destroy());
    };
    const read = async (): Promise<void> => {
      for await (const event of fixture.open().stream(call())) expect(event).toEqual({ event: 'message', data: '1' });
    };
    await expect(read()).rejects.toMatchObject({ reason: 'PROVIDER_CONNECTION_LOST', outcome: 'billed' });
    expect(requests).toBe(1);
  });

  it('to a call for a stream that is JSON is given whole', async () => {
    const events = await Array.fromAsync(fixture.open().stream(call()));
    expect(events).toMatchObject([{ answer: { status: 200, bytes: Buffer.from('{"ok":true}') } }]);
  });

  it('that refuses a stream once is asked for again', async () => {
    let requests = 0;
    fixture.handle = (_request, response) => {
      requests += 1;
      response.writeHead(requests === 1 ? 429 : 200, { 'content-type': 'text/event-stream' });
      response.end('data: 1\n\n');
    };
    expect(await Array.fromAsync(fixture.open().stream(call()))).toEqual([{ event: 'message', data: '1' }]);
    expect(requests).toBe(2);
  });
});
