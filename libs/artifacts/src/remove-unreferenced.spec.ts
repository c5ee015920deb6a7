import { mkdtemp, rm, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { contentOf, PNG } from './contract-suite-content.ts';
import { createFileLayout } from './file-layout.ts';
import { createFileArtifactStore, type ArtifactReference, type ArtifactStore } from './index.ts';

const HOUR_MS = 3_600_000;

describe('artifacts that nothing refers to', () => {
  let folder: string;
  let store: ArtifactStore;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'framesong-artifacts-'));
    store = await createFileArtifactStore({ folder, maxSizeBytes: 1_000_000 });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const put = async (tenant: string, size: number, ageMs: number): Promise<string> => {
    const { digest } = await store.put(tenant, contentOf(size), PNG);
    await age(tenant, digest, ageMs);
    return digest;
  };
  const age = (tenant: string, digest: string, ageMs: number): Promise<void> => {
    const at = new Date(Date.now() - ageMs);
    return utimes(createFileLayout(folder).artifact(tenant, digest.slice(7)), at, at);
  };
  const remove = (
    references: readonly ArtifactReference[],
    whileReading: () => Promise<unknown> = () => Promise.resolve(),
  ) =>
    store.removeUnreferenced({
      unusedForMs: HOUR_MS,
      async *references() {
        yield* references;
        await whileReading();
      },
    });
  const isThere = async (tenant: string, digest: string): Promise<boolean> =>
    store.stat(tenant, digest).then(
      () => true,
      () => false,
    );

  it('are removed once they are unused, each tenant for itself', async () => {
    const referred = await put('alice', 10, 2 * HOUR_MS);
    const loose = await put('alice', 11, 2 * HOUR_MS);
    const fresh = await put('alice', 12, HOUR_MS / 2);
    // The same content, to which only another tenant refers.
    await put('bert', 10, 2 * HOUR_MS);
    expect(await remove([{ tenant: 'alice', digest: referred }])).toBe(2);
    expect(await isThere('alice', referred)).toBe(true);
    expect(await isThere('alice', loose)).toBe(false);
    expect(await isThere('alice', fresh)).toBe(true);
    expect(await isThere('bert', referred)).toBe(false);
  });

  it.each<[string, (digest: string) => Promise<unknown>]>([
    ['asked for', (digest) => store.stat('alice', digest)],
    ['read', (digest) => store.get('alice', digest)],
    ['stored again', () => store.put('alice', contentOf(10), PNG)],
  ])('stay when they are %s while the references are read', async (_, use) => {
    const digest = await put('alice', 10, 2 * HOUR_MS);
    expect(await remove([], () => use(digest))).toBe(0);
    expect(await isThere('alice', digest)).toBe(true);
  });

  it('stay, all of them, when the references cannot be read to their end', async () => {
    const digest = await put('alice', 10, 2 * HOUR_MS);
    await expect(remove([], () => Promise.reject(new Error('the database is away')))).rejects.toThrow('away');
    expect(await isThere('alice', digest)).toBe(true);
  });

  it('are looked for by one of several processes within a time', async () => {
    const references = () => (async function* none() {})();
    const options = { unusedForMs: HOUR_MS, references, atMostEveryMs: HOUR_MS };
    expect(await store.removeUnreferenced(options)).toBe(0);
    expect(await store.removeUnreferenced(options)).toBeUndefined();
  });
});
