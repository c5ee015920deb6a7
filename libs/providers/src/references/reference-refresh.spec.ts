import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { createReferenceFetcher, type ReferenceFetcher } from '../index.ts';
import { listen, type TestServer } from '../test-server.ts';

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(500, 3)]);
const LONG_AGO = 'Wed, 21 Oct 2015 07:28:00 GMT';

describe('a picture that was downloaded before', () => {
  let server: TestServer;
  let fetcher: ReferenceFetcher;
  let handle: (request: IncomingMessage, response: ServerResponse) => void;
  const sends = (headers: OutgoingHttpHeaders) => {
    handle = (_request, response) => void response.writeHead(200, headers).end(PNG);
  };
  const originWith = async (headers: OutgoingHttpHeaders) => {
    sends(headers);
    return (await fetcher.fetchReference(server.url)).origin;
  };

  beforeEach(async () => {
    server = await listen((request, response) => handle(request, response));
    fetcher = createReferenceFetcher({ allowHttp: true, allowed: [server.host] });
  });
  afterEach(async () => {
    await fetcher.close();
    await server.close();
  });

  it.each([
    ['max-age=60', 60_000],
    ['public, MAX-AGE="60"', 60_000],
    ['max-age=60, no-cache', 0],
    ['max-age=soon', 0],
    ['private', 0],
  ])('is fresh as its server says: %s', async (header, freshForMs) => {
    expect(await originWith({ 'cache-control': header })).toMatchObject({ freshForMs, mayKeep: true });
  });

  it('has aged on its way, may expire at a time, and is not fresh for whoever is asked differently', async () => {
    expect(await originWith({ 'cache-control': 'max-age=60', age: '50' })).toMatchObject({ freshForMs: 10_000 });
    const date = new Date();
    const expires = new Date(date.getTime() + 120_000).toUTCString();
    expect(await originWith({ date: date.toUTCString(), expires })).toMatchObject({ freshForMs: 120_000 });
    expect(await originWith({ date: date.toUTCString(), expires: '0' })).toMatchObject({ freshForMs: 0 });
    expect(await originWith({ 'cache-control': 'max-age=0', expires })).toMatchObject({ freshForMs: 0 });
    expect(await originWith({ 'cache-control': 'max-age=60', vary: '*' })).toMatchObject({ freshForMs: 0 });
    expect(await originWith({ 'cache-control': 'no-store' })).toMatchObject({ mayKeep: false });
    // No time is guessed.
    expect(await originWith({ 'last-modified': LONG_AGO })).toMatchObject({ freshForMs: 0 });
  });

  it.each([
    [{ etag: '"one"', 'last-modified': LONG_AGO }, 'if-none-match', '"one"'],
    [{ 'last-modified': LONG_AGO }, 'if-modified-since', LONG_AGO],
  ])('is not downloaded again when its server says that it has not changed', async (headers, asks, value) => {
    const known = await originWith(headers);
    const asked: unknown[] = [];
    handle = (request, response) => {
      asked.push(request.headers[asks]);
      response.writeHead(304, { 'cache-control': 'max-age=5' }).end();
    };
    const { bytes, origin } = await fetcher.refreshReference(server.url, known);
    expect(bytes).toBeUndefined();
    expect(origin).toEqual({ ...known, freshForMs: 5000 });
    expect(asked).toEqual([value]);
  });

  it('is downloaded when it has changed', async () => {
    const known = await originWith({ etag: '"one"' });
    sends({ etag: '"two"' });
    const { bytes, origin } = await fetcher.refreshReference(server.url, known);
    expect(bytes).toHaveLength(PNG.length);
    expect(origin.etag).toBe('"two"');
  });

  it('is downloaded without a question when its address now leads elsewhere, and is never fresh behind a redirect', async () => {
    let target = '/a';
    const asked: (string | undefined)[] = [];
    handle = ({ url, headers }, response) => {
      asked.push(headers['if-none-match']);
      if (url === '/') response.writeHead(302, { location: target }).end();
      else response.writeHead(200, { etag: '"one"', 'cache-control': 'max-age=60' }).end(PNG);
    };
    const { origin } = await fetcher.fetchReference(server.url);
    expect(origin.freshForMs).toBe(0);
    target = '/b';
    expect((await fetcher.refreshReference(server.url, origin)).bytes).toBeDefined();
    expect(asked).toEqual([undefined, undefined, undefined, undefined]);
    target = '/a';
    await fetcher.refreshReference(server.url, origin);
    expect(asked.slice(4)).toEqual([undefined, '"one"']);
  });

  it('that nobody asked about cannot be unchanged', async () => {
    handle = (_request, response) => response.writeHead(304).end();
    await expect(fetcher.fetchReference(server.url)).rejects.toMatchObject({ reason: 'REFERENCE_REFUSED' });
    await expect(
      fetcher.refreshReference(server.url, { urlDigest: '', freshForMs: 0, mayKeep: true }),
    ).rejects.toMatchObject({ reason: 'REFERENCE_REFUSED' });
  });
});
