import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createReferenceFetcher, type ReferenceFetcher, type ReferenceFetcherOptions } from '../index.ts';
import { listen, type TestServer } from '../test-server.ts';

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(5000, 3)]);
let server: TestServer;
let fetcher: ReferenceFetcher;
let handle: (request: IncomingMessage, response: ServerResponse) => void;

const sendPng = (_request: IncomingMessage, response: ServerResponse): void => void response.end(PNG);

function open(options: ReferenceFetcherOptions = {}): ReferenceFetcher {
  fetcher = createReferenceFetcher({ allowHttp: true, allowed: [server.host], ...options });
  return fetcher;
}

beforeEach(async () => {
  handle = sendPng;
  server = await listen((request, response) => handle(request, response));
  open();
});

afterEach(async () => {
  await fetcher.close();
  await server.close();
});

describe('a picture', () => {
  it('is downloaded as it is, and the query shows nowhere', async () => {
    const { bytes, mediaType, finalUrl } = await fetcher.fetchReference(`${server.url}a/b.png?signature=hunter2#part`);
    expect(bytes.equals(PNG)).toBe(true);
    expect(mediaType).toBe('image/png');
    expect(finalUrl).toBe(`${server.url}a/b.png`);
  });

  it('is asked for with the query, without decoding, cookies or origin', async () => {
    const asked = Promise.withResolvers<IncomingMessage>();
    handle = (request, response) => {
      asked.resolve(request);
      sendPng(request, response);
    };
    await fetcher.fetchReference(`${server.url}a.png?signature=1`);
    const { method, url, headers } = await asked.promise;
    expect([method, url]).toEqual(['GET', '/a.png?signature=1']);
    expect(headers).toEqual({
      host: server.host,
      connection: 'keep-alive',
      accept: 'image/*',
      'accept-encoding': 'identity',
      'user-agent': 'framesong',
    });
  });

  it.each([
    ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    ['image/webp', Buffer.from('RIFF\x10\x00\x00\x00WEBPVP8 ', 'latin1')],
    ['image/gif', Buffer.from('GIF89a')],
    ['image/avif', Buffer.from('\0\0\0\x20ftypavif')],
    ['image/avif', Buffer.from('\0\0\0\x20ftypmif1\0\0\0\0miafavif')],
  ])('%s is known by its first bytes, whatever the server calls it', async (expected, magic) => {
    handle = (_request, response) => {
      response.setHeader('content-type', 'text/html').write(magic.subarray(0, 2));
      response.end(Buffer.concat([magic.subarray(2), Buffer.alloc(100)]));
    };
    expect((await fetcher.fetchReference(server.url)).mediaType).toBe(expected);
  });

  it('on a named host comes from the address that was resolved for it', async () => {
    await fetcher.close();
    const host = `pictures.example:${server.port}`;
    open({ allowed: [host], resolve: () => Promise.resolve(['127.0.0.1']) });
    expect((await fetcher.fetchReference(`http://${host}/a.png`)).finalUrl).toBe(`http://${host}/a.png`);
  });

  it('is followed through redirects, relative ones too, up to the limit', async () => {
    handle = (request, response) => {
      const step = Number(request.url!.slice(1));
      if (step >= 5) sendPng(request, response);
      else response.writeHead([301, 302, 303, 307, 308][step]!, { location: `./${step + 1}` }).end('moved');
    };
    expect((await fetcher.fetchReference(`${server.url}0`)).finalUrl).toBe(`${server.url}5`);
  });

  it('is given up when it redirects too often', async () => {
    let requests = 0;
    handle = (_request, response) => {
      requests += 1;
      response.writeHead(302, { location: '/again?token=hunter2' }).end();
    };
    const fetched = fetcher.fetchReference(server.url);
    await expect(fetched).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'REFERENCE_REFUSED' });
    await expect(fetched).rejects.not.toThrow('hunter2');
    expect(requests).toBe(6);
  });
});

describe('what is no picture', () => {
  it.each([
    ['text', Buffer.from('<html>'.repeat(100))],
    ['a script picture', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${' '.repeat(100)}</svg>`)],
    ['a document', Buffer.from(`%PDF-1.7${' '.repeat(100)}`)],
    ['nothing', Buffer.alloc(0)],
    ['too little', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  ])('is refused: %s', async (_what, body) => {
    handle = (_request, response) => response.setHeader('content-type', 'image/png').end(body);
    await expect(fetcher.fetchReference(server.url)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'REFERENCE_NOT_AN_IMAGE',
    });
  });

  it('is refused at its first bytes', async () => {
    const gone = Promise.withResolvers<undefined>();
    handle = (_request, response) => {
      response.on('close', () => gone.resolve(undefined)).write('x'.repeat(1000));
    };
    await expect(fetcher.fetchReference(server.url)).rejects.toMatchObject({ reason: 'REFERENCE_NOT_AN_IMAGE' });
    await gone.promise;
  });
});

describe('a size limit', () => {
  const tooLarge = { code: 'INVALID_ARGUMENT', reason: 'REFERENCE_TOO_LARGE', metadata: { maxBytes: '10000' } };

  beforeEach(async () => {
    await fetcher.close();
    open({ maxBytes: 10_000 });
  });

  it('refuses by the announced length before anything is read', async () => {
    const gone = Promise.withResolvers<undefined>();
    handle = (_request, response) => {
      response.on('close', () => gone.resolve(undefined));
      response.writeHead(200, { 'content-length': '10001' }).flushHeaders();
    };
    await expect(fetcher.fetchReference(server.url)).rejects.toMatchObject(tooLarge);
    await gone.promise;
  });

  it('refuses an endless stream while reading and hangs up', async () => {
    const gone = Promise.withResolvers<undefined>();
    handle = (_request, response) => {
      response.on('close', () => gone.resolve(undefined)).write(PNG);
      const more = (): void => {
        if (response.write(Buffer.alloc(4096))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    };
    await expect(fetcher.fetchReference(server.url)).rejects.toMatchObject(tooLarge);
    await gone.promise;
  });

  it('cannot be got round by compression', async () => {
    handle = (_request, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.concat([PNG, Buffer.alloc(10_000_000)])));
    await expect(fetcher.fetchReference(server.url)).rejects.toMatchObject({ reason: 'REFERENCE_REFUSED' });
  });

  it('takes exactly as much as it says', async () => {
    handle = (_request, response) => response.end(Buffer.concat([PNG, Buffer.alloc(10_000 - PNG.length)]));
    expect((await fetcher.fetchReference(server.url)).bytes.length).toBe(10_000);
  });
});

describe('the status', () => {
  it.each([
    [400, 'FAILED_PRECONDITION', 'REFERENCE_REFUSED'],
    [401, 'FAILED_PRECONDITION', 'REFERENCE_REFUSED'],
    [404, 'FAILED_PRECONDITION', 'REFERENCE_REFUSED'],
    [204, 'FAILED_PRECONDITION', 'REFERENCE_REFUSED'],
    [206, 'FAILED_PRECONDITION', 'REFERENCE_REFUSED'],
    [302, 'FAILED_PRECONDITION', 'REFERENCE_REFUSED'],
    [408, 'UNAVAILABLE', 'REFERENCE_UNREACHABLE'],
    [429, 'UNAVAILABLE', 'REFERENCE_UNREACHABLE'],
    [500, 'UNAVAILABLE', 'REFERENCE_UNREACHABLE'],
    [503, 'UNAVAILABLE', 'REFERENCE_UNREACHABLE'],
  ])('%d becomes %s %s', async (status, code, reason) => {
    handle = (_request, response) => response.writeHead(status).end();
    const fetched = fetcher.fetchReference(`${server.url}?token=hunter2`);
    await expect(fetched).rejects.toMatchObject({ code, reason });
    await expect(fetched).rejects.not.toThrow('hunter2');
  });

  it.each([
    ['7', 7000],
    ['86400', 60_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 1000],
  ])('503 with retry-after %s is to be repeated in %d ms', async (header, retryAfterMs) => {
    handle = (_request, response) => response.writeHead(503, { 'retry-after': header }).end();
    await expect(fetcher.fetchReference(server.url)).rejects.toMatchObject({ retryAfterMs });
  });
});

describe('a connection', () => {
  const unreachable = { code: 'UNAVAILABLE', reason: 'REFERENCE_UNREACHABLE' };

  it('that nobody accepts is unavailable', async () => {
    const other = await listen(sendPng);
    await other.close();
    await fetcher.close();
    open({ allowed: [other.host] });
    await expect(fetcher.fetchReference(other.url)).rejects.toMatchObject(unreachable);
  });

  it('to a name that nobody knows is unavailable', async () => {
    await fetcher.close();
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    open({ resolve: () => Promise.reject(unknown) });
    await expect(fetcher.fetchReference('https://no.such.example/')).rejects.toMatchObject(unreachable);
  });

  it('to a name without addresses is unavailable', async () => {
    await fetcher.close();
    open({ resolve: () => Promise.resolve([]) });
    await expect(fetcher.fetchReference('https://no.such.example/')).rejects.toMatchObject(unreachable);
  });

  it('that breaks in the middle is unavailable, and half a picture is never returned', async () => {
    handle = (_request, response) => {
      response.writeHead(200, { 'content-length': String(PNG.length) });
      response.write(PNG.subarray(0, 3000), () => response.destroy());
    };
    await expect(fetcher.fetchReference(server.url)).rejects.toMatchObject(unreachable);
  });

  it('that does not speak TLS where https is asked for is unavailable or refused', async () => {
    await expect(fetcher.fetchReference(`https://${server.host}/`)).rejects.toMatchObject({
      reason: expect.stringMatching(/^REFERENCE_(?:REFUSED|UNREACHABLE)$/) as string,
    });
  });
});

describe('time', () => {
  const timedOut = { code: 'DEADLINE_EXCEEDED', metadata: { stage: 'download', limitMs: '150' } };

  beforeEach(async () => {
    await fetcher.close();
    open({ totalTimeoutMs: 150 });
  });

  it('is up for a server that accepts and stays silent', async () => {
    const silent = net.createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    await fetcher.close();
    open({ totalTimeoutMs: 150, allowed: [`127.0.0.1:${port}`] });
    await expect(fetcher.fetchReference(`http://127.0.0.1:${port}/`)).rejects.toMatchObject(timedOut);
    silent.close();
  });

  it('is up for a server that sends byte by byte, and it is hung up on', async () => {
    const gone = Promise.withResolvers<undefined>();
    handle = (_request, response) => {
      response.write(PNG.subarray(0, 100));
      const drip = setInterval(() => response.write('x'), 10);
      response.on('close', () => {
        clearInterval(drip);
        gone.resolve(undefined);
      });
    };
    const fetched = fetcher.fetchReference(server.url);
    await expect(fetched).rejects.toMatchObject(timedOut);
    await expect(fetched).rejects.toThrow('download');
    await gone.promise;
  });

  it('is up for a resolver that does not answer', async () => {
    await fetcher.close();
    open({ totalTimeoutMs: 150, resolve: () => new Promise(() => undefined) });
    await expect(fetcher.fetchReference('https://slow.example/')).rejects.toMatchObject(timedOut);
  });

  it('counts over all redirects', async () => {
    handle = (_request, response) => setTimeout(() => response.writeHead(302, { location: '/' }).end(), 60);
    await expect(fetcher.fetchReference(server.url)).rejects.toMatchObject(timedOut);
  });
});

describe('a signal', () => {
  it('ends the download and the connection', async () => {
    const abort = new AbortController();
    const gone = Promise.withResolvers<undefined>();
    handle = (_request, response) => {
      response.on('close', () => gone.resolve(undefined)).write(PNG);
      abort.abort(new DOMException('', 'TimeoutError'));
    };
    const fetched = fetcher.fetchReference(server.url, { signal: abort.signal });
    await expect(fetched).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', reason: 'DEADLINE_EXCEEDED' });
    await gone.promise;
  });

  it('that fired before starts nothing', async () => {
    handle = () => {
      throw new Error('was asked');
    };
    await expect(fetcher.fetchReference(server.url, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

it('http is refused unless it is allowed', async () => {
  await fetcher.close();
  open({ allowHttp: false });
  await expect(fetcher.fetchReference(server.url)).rejects.toMatchObject({ reason: 'REFERENCE_URL_INVALID' });
});

it('proxies named by the environment are not used', async () => {
  let proxied = 0;
  const proxy = await listen((_request, response) => {
    proxied += 1;
    response.end();
  });
  Object.assign(process.env, {
    HTTP_PROXY: proxy.url,
    http_proxy: proxy.url,
    ALL_PROXY: proxy.url,
    NODE_USE_ENV_PROXY: '1',
  });
  await fetcher.close();
  const { bytes } = await open().fetchReference(server.url);
  for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'])
    Reflect.deleteProperty(process.env, name);
  await proxy.close();
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(createHash('sha256').update(PNG).digest('hex'));
  expect(proxied).toBe(0);
});
