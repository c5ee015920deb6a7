import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { configureLog } from '@framesong/telemetry';
import { imageMediaType } from '../image/image-media-type.ts';
import { forbiddenUrls } from '../references/forbidden-urls-fixture.ts';
import { listen, type TestServer } from '../test-server.ts';
import { createResultDownloader, type ResultDownloader, type ResultDownloaderOptions } from './result-downloader.ts';

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(50_000, 3)]);
const OTHER = Buffer.concat([PNG.subarray(0, 100), Buffer.alloc(40_000, 9)]);
let server: TestServer;
let downloader: ResultDownloader;
let ranges: (string | undefined)[];
let handle: (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

function open(options: Partial<ResultDownloaderOptions> = {}): void {
  downloader = createResultDownloader({ provider: 'p', trusted: [server.url], firstDelayMs: 1, ...options });
}

const download = (url = `${server.url}a.png`, signal = new AbortController().signal) =>
  downloader.download(url, { signal, typeOf: imageMediaType });

/** As object stores answer: the rest of the file when it is still the same, else all of it. */
function serve(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  headers: Record<string, string>,
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const isSame = [headers['etag'], headers['last-modified']].includes(String(request.headers['if-range']));
  const body = from > 0 && isSame ? content.subarray(from) : content;
  const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(body === content ? 200 : 206, {
    ...headers,
    ...(body !== content && range),
    'content-length': body.length,
  });
  response.write(body.subarray(0, body.length / 2));
  setImmediate(() => response.end(body.subarray(body.length / 2)));
}

/** Breaks the connection after so many bytes. */
function breakOff(
  response: ServerResponse,
  content: Buffer,
  headers: Record<string, string>,
  afterBytes: number,
): void {
  response.writeHead(200, { ...headers, 'content-length': content.length });
  response.write(content.subarray(0, afterBytes), () => response.destroy());
}

beforeAll(() => configureLog('silent'));

beforeEach(async () => {
  ranges = [];
  server = await listen((request, response) => {
    ranges.push(request.headers.range);
    handle(request, response, ranges.length);
  });
  open();
});

afterEach(async () => {
  await downloader.close();
  await server.close();
});

describe('a result', () => {
  it('is downloaded without the key, and known by its first bytes', async () => {
    let seen: IncomingMessage['headers'] = {};
    handle = (request, response) => {
      seen = request.headers;
      serve(request, response, PNG, { 'content-type': 'text/html' });
    };
    const { bytes, mediaType } = await download(`${server.url}a.png?signature=1`);
    expect(bytes.equals(PNG)).toBe(true);
    expect(mediaType).toBe('image/png');
    expect(Object.keys(seen).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
  });

  it.each([
    ['a strong ETag', { etag: '"v1"' }],
    ['a date', { 'last-modified': 'Sun, 22 Nov 2026 05:00:00 GMT' }],
  ])('that breaks off is resumed where %s says that it is the same', async (_, headers) => {
    handle = (request, response, attempt) =>
      attempt === 1 ? breakOff(response, PNG, headers, 20_000) : serve(request, response, PNG, headers);
    expect((await download()).bytes.equals(PNG)).toBe(true);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });

  it.each([
    ['nothing says that it is the same', {}],
    ['only a weak ETag is there', { etag: 'W/"v1"' }],
  ])('that breaks off begins anew where %s', async (_, headers) => {
    handle = (request, response, attempt) =>
      attempt === 1 ? breakOff(response, PNG, headers, 20_000) : serve(request, response, PNG, headers);
    expect((await download()).bytes.equals(PNG)).toBe(true);
    expect(ranges).toEqual([undefined, undefined]);
  });

  it('that has changed in between is never mixed', async () => {
    handle = (request, response, attempt) =>
      attempt === 1
        ? breakOff(response, PNG, { etag: '"v1"' }, 20_000)
        : serve(request, response, OTHER, { etag: '"v2"' });
    expect((await download()).bytes.equals(OTHER)).toBe(true);
  });

  it('whose server goes on at another place than asked for is refused', async () => {
    handle = (_request, response, attempt) => {
      if (attempt === 1) {
        breakOff(response, PNG, { etag: '"v1"' }, 20_000);
        return;
      }
      response.writeHead(206, { etag: '"v1"', 'content-range': `bytes 7-${PNG.length - 1}/${PNG.length}` });
      response.end(PNG.subarray(7));
    };
    await expect(download()).rejects.toMatchObject({ reason: 'PROVIDER_RESULT_INVALID' });
  });

  it('that stalls is resumed', async () => {
    open({ stallTimeoutMs: 300 });
    handle = (request, response, attempt) => {
      if (attempt > 1) {
        serve(request, response, PNG, { etag: '"v1"' });
        return;
      }
      response.writeHead(200, { etag: '"v1"', 'content-length': PNG.length });
      response.write(PNG.subarray(0, 30_000));
    };
    expect((await download()).bytes.equals(PNG)).toBe(true);
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it.each([500, 503, 429])('is asked for again after status %d', async (status) => {
    handle = (request, response, attempt) => {
      if (attempt === 1) response.writeHead(status).end();
      else serve(request, response, PNG, {});
    };
    expect((await download()).bytes.equals(PNG)).toBe(true);
  });

  it.each([401, 403, 404, 410])('with status %d is gone, and not asked for again', async (status) => {
    handle = (_request, response) => void response.writeHead(status).end();
    const gone = { code: 'FAILED_PRECONDITION', reason: 'PROVIDER_RESULT_GONE' };
    await expect(download(`${server.url}a.png?signature=hunter2`)).rejects.toMatchObject({
      ...gone,
      message: expect.not.stringContaining('hunter2') as string,
    });
    expect(ranges).toHaveLength(1);
  });

  it('of another type is refused at its first bytes, and its connection closed', async () => {
    const gone = Promise.withResolvers<undefined>();
    handle = (request, response) => {
      request.socket.once('close', () => gone.resolve(undefined));
      response.setHeader('content-type', 'image/png').write(`<html>${' '.repeat(100)}`);
    };
    await expect(download()).rejects.toMatchObject({ reason: 'PROVIDER_RESULT_INVALID' });
    await gone.promise;
  });

  it.each([
    ['by what it announces', { 'content-length': '60000' }],
    ['while it is read', {}],
  ])('that is too large is refused %s', async (_, headers) => {
    open({ maxBytes: 50_000 });
    handle = (_request, response) => {
      response.writeHead(200, headers);
      const more = (): void => {
        while (!response.destroyed && response.write(PNG));
      };
      response.on('drain', more);
      more();
    };
    await expect(download()).rejects.toMatchObject({ reason: 'PROVIDER_RESULT_INVALID' });
    expect(ranges).toHaveLength(1);
  });

  it('ends with its time limit, and with the caller, down to the socket', async () => {
    const sockets: Promise<undefined>[] = [];
    let onRequest = (): void => undefined;
    handle = (request, response) => {
      const gone = Promise.withResolvers<undefined>();
      request.socket.once('close', () => gone.resolve(undefined));
      sockets.push(gone.promise);
      response.write(PNG);
      onRequest();
    };
    open({ totalTimeoutMs: 200 });
    await expect(download()).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      reason: 'PROVIDER_RESULT_TIMEOUT',
      metadata: { limitMs: '200' },
    });
    open();
    const abort = new AbortController();
    onRequest = () => abort.abort();
    await expect(download(undefined, abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    await Promise.all(sockets);
  });
});

describe('the address of a result', () => {
  it('may redirect inside the trusted host', async () => {
    handle = (request, response) => {
      if (request.url === '/a.png') response.writeHead(302, { location: '/b.png' }).end();
      else serve(request, response, PNG, {});
    };
    expect((await download()).bytes.equals(PNG)).toBe(true);
  });

  it('is checked whatever the provider names, and wherever it redirects to', async () => {
    let hits = 0;
    const canary = await listen((_request, response) => {
      hits += 1;
      response.end();
    });
    try {
      handle = (request, response) => {
        const to = Number(new URL(request.url ?? '', server.url).searchParams.get('to'));
        response.writeHead(302, { location: encodeURI(forbidden[to]!) }).end();
      };
      const forbidden = forbiddenUrls.map((text) => text.replace('PORT', String(canary.port)));
      for (const [index, url] of forbidden.entries()) {
        const named = await download(url).catch((thrown: unknown) => thrown);
        expect(named).toMatchObject({ reason: expect.stringMatching(/^PROVIDER_RESULT_/) as string });
        await expect(download(`${server.url}?to=${index}`)).rejects.toMatchObject({
          reason: expect.stringMatching(/^PROVIDER_RESULT_/) as string,
        });
      }
      expect(hits).toBe(0);
    } finally {
      await canary.close();
    }
  });

  it('is checked after its name is resolved', async () => {
    open({ resolve: () => Promise.resolve(['10.0.0.1']) });
    await expect(download('https://files.example/a.png')).rejects.toMatchObject({
      reason: 'PROVIDER_RESULT_FORBIDDEN',
    });
  });

  it('goes through the proxy where there is one, after it was checked', async () => {
    const asked: string[] = [];
    const proxy = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (head: Buffer) => {
        asked.push(head.toString().split('\r\n')[0]!);
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    try {
      const httpsProxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      open({ proxy: { httpsProxy }, attempts: 1 });
      await expect(download('https://files.example/a.png')).rejects.toMatchObject({
        reason: 'PROVIDER_RESULT_UNREACHABLE',
      });
      await expect(download('https://10.0.0.1/a.png')).rejects.toMatchObject({ reason: 'PROVIDER_RESULT_FORBIDDEN' });
      expect(asked).toEqual(['CONNECT files.example:443 HTTP/1.1']);
    } finally {
      await downloader.close();
      proxy.close();
    }
  });

  it('must be https for anybody but the trusted host', async () => {
    await expect(download('http://files.example/a.png')).rejects.toMatchObject({ reason: 'PROVIDER_RESULT_FORBIDDEN' });
  });
});
