import { cancelled } from '@framesong/errors';
import type { ReferenceFetcher, ReferenceOrigin } from '@framesong/providers';
import { createReferenceDownloads, type ReferenceDownloads } from './reference-downloads.ts';
import { artifactsInFolder, type ArtifactsInFolder } from './testing/artifacts-in-folder.ts';

const URL = 'https://pictures.example/scene.jpg?signature=1';
const MAX_FRESH_MS = 60_000;
const { signal } = new AbortController();

describe('downloads of references', () => {
  let store: ArtifactsInFolder;
  let downloads: ReferenceDownloads;
  let nowMs: number;
  let content: string;
  let origin: Partial<ReferenceOrigin>;
  let asked: string[];
  let gate: Promise<unknown>;
  let stopped: boolean;

  const answer = () => ({
    bytes: Buffer.from(content),
    mediaType: 'image/jpeg',
    finalUrl: '',
    origin: { urlDigest: '', freshForMs: 0, mayKeep: true, ...origin },
  });
  const references: ReferenceFetcher = {
    async fetchReference(_url, options) {
      asked.push('fetch');
      options?.signal?.addEventListener('abort', () => (stopped = true));
      await gate;
      return answer();
    },
    async refreshReference(_url, known) {
      asked.push(`refresh ${known.etag ?? ''}`.trim());
      await gate;
      return known.etag !== undefined && known.etag === origin.etag ? { origin: answer().origin } : answer();
    },
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const open = (most = 10) =>
    createReferenceDownloads({
      artifacts: store.artifacts,
      references,
      most,
      maxFreshMs: MAX_FRESH_MS,
      now: () => nowMs,
    });
  const download = (tenant = 'a', url = URL) => downloads.download(tenant, url, signal);
  const outcomes = async (times: number) => {
    const seen: string[] = [];
    for (let time = 0; time < times; time++) seen.push((await download()).cache);
    return seen;
  };

  beforeEach(async () => {
    store = await artifactsInFolder();
    downloads = open();
    [nowMs, content, origin, asked, gate, stopped] = [0, 'one', {}, [], Promise.resolve(), false];
  });
  afterEach(() => store[Symbol.dispose]());

  it('of the same address that are under way at the same time are one, and what it brings lies there for all', async () => {
    const released = Promise.withResolvers<undefined>();
    gate = released.promise;
    const all = [download(), download(), download(), download('a', `${URL}&other`)];
    released.resolve(undefined);
    const done = await Promise.all(all);
    expect(asked).toEqual(['fetch', 'fetch']);
    expect(done.map(({ cache }) => cache)).toEqual(['miss', 'coalesced', 'coalesced', 'miss']);
    const { chunks } = await store.artifacts.get('a', done[1]!.picture.digest);
    expect(Buffer.concat(await Array.fromAsync(chunks)).toString()).toBe('one');
  });

  it('go on while anybody waits for them, and are stopped with the last', async () => {
    gate = new Promise(() => undefined);
    const [first, second] = [new AbortController(), new AbortController()];
    const both = [first, second].map((abort) => downloads.download('a', URL, abort.signal));
    first.abort(cancelled('the first is cancelled'));
    await expect(both[0]).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(stopped).toBe(false);
    second.abort(cancelled('the second is cancelled'));
    await expect(both[1]).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(stopped).toBe(true);
  });

  it('are not made while the server calls the picture fresh, but no longer than allowed', async () => {
    origin = { etag: '"1"', freshForMs: 30_000 };
    expect(await outcomes(2)).toEqual(['miss', 'hit']);
    nowMs = 30_000;
    expect(await outcomes(1)).toEqual(['revalidated']);
    origin = { etag: '"1"', freshForMs: 86_400_000 };
    nowMs = 60_000;
    expect(await outcomes(1)).toEqual(['revalidated']);
    nowMs += MAX_FRESH_MS - 1;
    expect(await outcomes(1)).toEqual(['hit']);
    nowMs += 1;
    expect(await outcomes(1)).toEqual(['revalidated']);
    expect(asked).toEqual(['fetch', 'refresh "1"', 'refresh "1"', 'refresh "1"']);
  });

  it('ask each time where nothing is said about freshness, and never show what was there before', async () => {
    origin = { etag: '"1"' };
    const before = await download();
    expect((await download()).picture).toEqual(before.picture);
    [content, origin] = ['two', { etag: '"2"' }];
    const after = await download();
    expect(after.cache).toBe('miss');
    expect(after.picture.digest).not.toBe(before.picture.digest);
    expect(asked).toEqual(['fetch', 'refresh "1"', 'refresh "1"']);
  });

  it.each([
    ['the server gives no means to ask', {}],
    ['the server forbids to keep it', { etag: '"1"', freshForMs: 30_000, mayKeep: false }],
  ])('are made each time where %s', async (_why, said) => {
    origin = said;
    expect(await outcomes(2)).toEqual(['miss', 'miss']);
    expect(asked).toEqual(['fetch', 'fetch']);
  });

  it('of one tenant are of no use to another', async () => {
    origin = { etag: '"1"', freshForMs: 30_000 };
    await download('a');
    expect((await download('b')).cache).toBe('miss');
    expect(asked).toEqual(['fetch', 'fetch']);
  });

  it('are made again when the picture was cleared up, and when others were asked for since', async () => {
    origin = { etag: '"1"', freshForMs: 30_000 };
    const { picture } = await download();
    await store.artifacts.delete('a', picture.digest);
    expect(await outcomes(1)).toEqual(['miss']);
    downloads = open(1);
    await download();
    await download('a', `${URL}&other`);
    expect(await outcomes(1)).toEqual(['miss']);
  });
});
