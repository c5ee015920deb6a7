import type { ArtifactStore } from './artifact-store.ts';
import { bytesOf, contentOf, piecesOf, PNG, sha256Of, type StoreUnderTest } from './contract-suite-content.ts';
import { describeUploads } from './contract-suite-uploads.ts';

/** What every {@link ArtifactStore} promises. Each implementation's spec runs it. */
export function describeArtifactStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the promises of an artifact store`, () => {
    let under: StoreUnderTest;
    let store: ArtifactStore;

    beforeEach(async () => {
      under = await open();
      store = under.store;
    });

    afterEach(() => under.close());

    it('names content by its digest, size and type, and by no path', async () => {
      const content = contentOf(1000);
      const digest = `sha256:${sha256Of(content)}`;
      const ref = await store.put('alice', content, PNG);
      expect(ref).toEqual({ digest, sizeBytes: 1000, mediaType: 'image/png', uri: `framesong://artifacts/${digest}` });
      expect(await store.stat('alice', digest)).toEqual(ref);
      expect((await store.get('alice', digest)).ref).toEqual(ref);
    });

    it.each([1, 65_535, 65_536, 65_537, 300_000])(
      'gives back %d bytes as they came, in chunks of at most 64 KiB',
      async (size) => {
        const content = contentOf(size);
        const { digest } = await store.put('alice', piecesOf(content, 10_007), PNG);
        const { chunks } = await store.get('alice', digest);
        const read: Buffer[] = [];
        for await (const chunk of chunks) read.push(chunk);
        expect(Math.max(...read.map((chunk) => chunk.length))).toBeLessThanOrEqual(65_536);
        expect(Buffer.concat(read).equals(content)).toBe(true);
      },
    );

    it.each([
      [0, 10],
      [5, 1],
      [65_530, 20],
      [99_999, 500],
      [100_000, 5],
      [70_000, 0],
    ])('reads a range from byte %d, at most %d', async (offset, limit) => {
      const content = contentOf(100_000);
      const { digest } = await store.put('alice', content, PNG);
      const artifact = await store.get('alice', digest, { offset, limit });
      expect(artifact.ref.sizeBytes).toBe(100_000);
      const expected = content.subarray(offset, limit === 0 ? undefined : offset + limit);
      expect((await bytesOf(artifact)).equals(expected)).toBe(true);
    });

    it('says when a range begins beyond the end', async () => {
      const { digest } = await store.put('alice', contentOf(10), PNG);
      await expect(store.get('alice', digest, { offset: 11 })).rejects.toMatchObject({
        code: 'OUT_OF_RANGE',
        metadata: { sizeBytes: '10' },
      });
    });

    it('grants nothing to another tenant who knows the digest', async () => {
      const { digest } = await store.put('alice', contentOf(10), PNG);
      const notFound = { code: 'NOT_FOUND', reason: 'ARTIFACT_NOT_FOUND' };
      await expect(store.get('bob', digest)).rejects.toMatchObject(notFound);
      await expect(store.stat('bob', digest)).rejects.toMatchObject(notFound);
      expect(await store.delete('bob', digest)).toBe(false);
      expect((await store.stat('alice', digest)).sizeBytes).toBe(10);
    });

    it('keeps tenants apart whatever they are called', async () => {
      const tenants = ['', '.', '..', '../bob', 'a/b', 'a\0b', 'A', 'a', 'ä', 'x'.repeat(5000)];
      const refs = await Promise.all(tenants.map((tenant, seed) => store.put(tenant, contentOf(50, seed), PNG)));
      for (const [index, tenant] of tenants.entries()) {
        for (const [other, ref] of refs.entries()) {
          const found = store.stat(tenant, ref.digest).then(
            () => true,
            () => false,
          );
          expect(await found).toBe(index === other);
        }
      }
    });

    it.each([
      '',
      'sha256:',
      `sha256:${'A'.repeat(64)}`,
      `sha256:${'a'.repeat(63)}`,
      `md5:${'a'.repeat(64)}`,
      'sha256:../../x',
    ])('refuses the malformed digest "%s"', async (digest) => {
      const invalid = { code: 'INVALID_ARGUMENT', reason: 'DIGEST_INVALID' };
      await expect(store.get('alice', digest)).rejects.toMatchObject(invalid);
      await expect(store.stat('alice', digest)).rejects.toMatchObject(invalid);
      await expect(store.delete('alice', digest)).rejects.toMatchObject(invalid);
    });

    it('takes the same content again, also at the same time, and keeps the first type', async () => {
      const content = contentOf(5000);
      const first = await store.put('alice', content, PNG);
      const again = await Promise.all(
        Array.from({ length: 5 }, () => store.put('alice', piecesOf(content, 999), { mediaType: 'image/webp' })),
      );
      expect(again).toEqual(Array.from({ length: 5 }, () => first));
      expect((await bytesOf(await store.get('alice', first.digest))).equals(content)).toBe(true);
    });

    it('stores the same content put by many at the same time', async () => {
      const content = contentOf(5000);
      const refs = await Promise.all(Array.from({ length: 8 }, () => store.put('alice', piecesOf(content, 99), PNG)));
      expect(new Set(refs.map(({ digest }) => digest)).size).toBe(1);
      expect((await bytesOf(await store.get('alice', refs[0]!.digest))).equals(content)).toBe(true);
    });

    it('deletes once', async () => {
      const { digest } = await store.put('alice', contentOf(10), PNG);
      expect(await store.delete('alice', digest)).toBe(true);
      expect(await store.delete('alice', digest)).toBe(false);
      await expect(store.get('alice', digest)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it.each([
      ['fewer bytes than announced', { expectedSizeBytes: 101 }, 'DATA_LOSS', 'ARTIFACT_SIZE_MISMATCH'],
      ['more bytes than announced', { expectedSizeBytes: 99 }, 'DATA_LOSS', 'ARTIFACT_SIZE_MISMATCH'],
      ['other content than announced', { expectedSha256: '0'.repeat(64) }, 'DATA_LOSS', 'ARTIFACT_DIGEST_MISMATCH'],
      ['more than the limit of the call', { maxSizeBytes: 99 }, 'INVALID_ARGUMENT', 'ARTIFACT_TOO_LARGE'],
      ['a type that is none', { mediaType: 'image/png\nx' }, 'INVALID_ARGUMENT', 'INVALID_REQUEST'],
    ])('refuses %s and keeps nothing', async (_what, options, code, reason) => {
      const content = contentOf(100);
      await expect(store.put('alice', content, { ...PNG, ...options })).rejects.toMatchObject({ code, reason });
      await expect(store.stat('alice', `sha256:${sha256Of(content)}`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('accepts what was announced exactly', async () => {
      const content = contentOf(100);
      const expected = { expectedSizeBytes: 100, expectedSha256: sha256Of(content).toUpperCase(), maxSizeBytes: 100 };
      expect((await store.put('alice', content, { ...PNG, ...expected })).sizeBytes).toBe(100);
    });

    it('refuses empty content, and content over its limit before it has all come', async () => {
      await expect(store.put('alice', Buffer.alloc(0), PNG)).rejects.toMatchObject({ reason: 'ARTIFACT_EMPTY' });
      let taken = 0;
      async function* endless(): AsyncGenerator<Buffer> {
        for (;;) {
          taken += 4096;
          yield await Promise.resolve(Buffer.alloc(4096));
        }
      }
      await expect(store.put('alice', endless(), PNG)).rejects.toMatchObject({ reason: 'ARTIFACT_TOO_LARGE' });
      expect(taken).toBeLessThanOrEqual(under.maxSizeBytes + 2 * 4096);
    });

    it('keeps nothing of a source that fails, and passes its error on', async () => {
      const content = contentOf(100);
      const broken = new RangeError('the source broke');
      async function* failing(): AsyncGenerator<Buffer> {
        yield await Promise.resolve(content);
        throw broken;
      }
      await expect(store.put('alice', failing(), PNG)).rejects.toBe(broken);
      await expect(store.stat('alice', `sha256:${sha256Of(content)}`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('ends a put whose source is silent when the signal fires', async () => {
      const abort = new AbortController();
      async function* silent(): AsyncGenerator<Buffer> {
        yield contentOf(100);
        abort.abort(new DOMException('', 'TimeoutError'));
        await new Promise(() => undefined);
      }
      const put = store.put('alice', silent(), { ...PNG, signal: abort.signal });
      await expect(put).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    });

    it('ends a read when the signal fires', async () => {
      const { digest } = await store.put('alice', contentOf(300_000), PNG);
      const abort = new AbortController();
      const { chunks } = await store.get('alice', digest, { signal: abort.signal });
      const read = async (): Promise<void> => {
        for await (const chunk of chunks) if (chunk.length > 0) abort.abort();
      };
      await expect(read()).rejects.toMatchObject({ code: 'CANCELLED' });
    });

    it('never gives damaged content for complete, and heals it when it is put again', async () => {
      const content = contentOf(100_000);
      const ref = await store.put('alice', content, PNG);
      await under.damage('alice', ref);
      let readBytes = 0;
      const read = async (): Promise<void> => {
        for await (const chunk of (await store.get('alice', ref.digest)).chunks) readBytes += chunk.length;
      };
      await expect(read()).rejects.toMatchObject({ code: 'DATA_LOSS', reason: 'ARTIFACT_DAMAGED' });
      expect(readBytes).toBeLessThan(100_000);
      await store.put('alice', content, PNG);
      expect((await bytesOf(await store.get('alice', ref.digest))).equals(content)).toBe(true);
    });

    describeUploads(() => under);
  });
}
