import http from 'node:http';
import { forbiddenAddresses } from './forbidden-addresses-fixture.ts';
import { forbiddenUrls } from './forbidden-urls-fixture.ts';
import { createReferenceFetcher, type ReferenceFetcher } from '../index.ts';
import { listen, type TestServer } from '../test-server.ts';

const FORBIDDEN = /^REFERENCE_(?:ADDRESS_FORBIDDEN|URL_INVALID)$/;
const PUBLIC = '93.184.216.34';
let canary: TestServer;
let redirector: TestServer;
let fetcher: ReferenceFetcher;
let canaryHits = 0;
let answers: readonly string[] = [];
let resolved: string[] = [];

beforeAll(async () => {
  canary = await listen((_request, response) => {
    canaryHits += 1;
    response.end('secret');
  }, '::');
  // Counts connections too: even a connection without a request has told that the port is open.
  canary.server.on('connection', () => (canaryHits += 1));
  redirector = await listen((request, response) => {
    // One character per byte, which is how a header with UTF-8 in it is written.
    const target = Buffer.from(request.url!.slice(1), 'base64url').toString('latin1');
    response.writeHead(302, { location: target }).end();
  });
  fetcher = createReferenceFetcher({
    allowHttp: true,
    allowed: [redirector.host],
    resolve: (hostname) => {
      resolved.push(hostname);
      return Promise.resolve(answers);
    },
  });
});

beforeEach(() => {
  canaryHits = 0;
  answers = ['127.0.0.1'];
  resolved = [];
});

afterAll(async () => {
  await fetcher.close();
  await canary.close();
  await redirector.close();
});

async function reasonOf(url: string): Promise<string> {
  const outcome: unknown = await fetcher.fetchReference(url).then(
    () => 'fetched',
    (thrown: unknown) => thrown,
  );
  return (outcome as { reason?: string }).reason ?? String(outcome);
}

/** The URLs with names for the test report. */
const titled = (urls: readonly string[]) => urls.map((url) => [JSON.stringify(url).slice(0, 80), url] as const);

const redirectTo = (url: string): string => `${redirector.url}${Buffer.from(url).toString('base64url')}`;

it('the server that must never be hit can be hit', async () => {
  for (const host of ['127.0.0.1', '[::1]']) {
    await new Promise((resolve) => http.get(`http://${host}:${canary.port}/`, resolve));
  }
  expect(canaryHits).toBe(4);
});

describe('no forbidden URL is fetched', () => {
  it.each(titled(forbiddenUrls))('%s', async (_title, vector) => {
    expect(await reasonOf(vector.replace('PORT', String(canary.port)))).toMatch(FORBIDDEN);
    expect(canaryHits).toBe(0);
  });
});

describe('no redirect leads to a forbidden URL', () => {
  // A relative target stays on the host that redirects, so only complete URLs are targets here.
  const targets = forbiddenUrls.filter(
    (url) => /^[a-z]+:\/\/[^/]/.test(url) && url.length < 4096 && !url.includes('\0'),
  );

  it.each(titled(targets))('%s', async (_title, vector) => {
    expect(await reasonOf(redirectTo(vector.replace('PORT', String(canary.port))))).toMatch(FORBIDDEN);
    expect(canaryHits).toBe(0);
  });

  it('after any number of allowed redirects', async () => {
    const forbidden = `http://127.0.0.1:${canary.port}/`;
    expect(await reasonOf(redirectTo(redirectTo(redirectTo(forbidden))))).toMatch(FORBIDDEN);
    expect(canaryHits).toBe(0);
  });
});

describe('no name leads to a forbidden address', () => {
  it.each(forbiddenAddresses)('%s (%s), alone or among public ones', async (address) => {
    for (const mixed of [[address], [PUBLIC, address], [address, PUBLIC]]) {
      answers = mixed;
      expect(await reasonOf(`http://pictures.example:${canary.port}/a.png`)).toBe('REFERENCE_ADDRESS_FORBIDDEN');
    }
    expect(resolved).toEqual(['pictures.example', 'pictures.example', 'pictures.example']);
    expect(canaryHits).toBe(0);
  });

  it('also by a redirect', async () => {
    expect(await reasonOf(redirectTo(`http://pictures.example:${canary.port}/`))).toBe('REFERENCE_ADDRESS_FORBIDDEN');
    expect(canaryHits).toBe(0);
  });

  it('also when the resolver answers with something that is no address', async () => {
    answers = ['localhost'];
    expect(await reasonOf(`http://pictures.example:${canary.port}/`)).toBe('REFERENCE_ADDRESS_FORBIDDEN');
  });

  it('and the refusal does not tell the address', async () => {
    answers = ['10.1.2.3'];
    await expect(fetcher.fetchReference('https://pictures.example/a.png')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.not.stringContaining('10.1.2.3') as string,
    });
  });
});

it('an allow-listed host is allowed on its own port only', async () => {
  expect(await reasonOf(`http://127.0.0.1:${canary.port}/`)).toBe('REFERENCE_ADDRESS_FORBIDDEN');
  expect(canaryHits).toBe(0);
});
