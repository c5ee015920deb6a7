import { bytesOf, contentOf, piecesOf, sha256Of, type StoreUnderTest } from './contract-suite-content.ts';

const mediaType = 'audio/flac';

/** What every store promises of resumable uploads. Part of `describeArtifactStore`. */
export function describeUploads(current: () => StoreUnderTest): void {
  describe('with uploads', () => {
    const content = contentOf(150_000);
    const commit = { sizeBytes: content.length, sha256: sha256Of(content), mediaType };
    const digest = `sha256:${commit.sha256}`;
    const open = () => current().store.openUpload('alice', 'upload-1');

    it('makes an artifact of what was appended and committed', async () => {
      const upload = await open();
      expect(await upload.offset()).toBe(0);
      expect(await upload.append(0, piecesOf(content, 10_000))).toBe(content.length);
      const ref = await upload.commit(commit);
      expect(ref).toMatchObject({ digest, sizeBytes: content.length, mediaType });
      expect((await bytesOf(await current().store.get('alice', digest))).equals(content)).toBe(true);
      expect(await (await open()).offset()).toBe(0);
    });

    it('keeps nothing without a commit', async () => {
      await (await open()).append(0, content);
      await expect(current().store.stat('alice', digest)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it.each([1, 65_536, 149_999])('goes on after a connection that broke at byte %d', async (brokenAt) => {
      async function* broken(): AsyncGenerator<Buffer> {
        yield await Promise.resolve(content.subarray(0, brokenAt));
        throw new Error('connection lost');
      }
      await expect((await open()).append(0, broken())).rejects.toThrow('connection lost');
      const upload = await open();
      const offset = await upload.offset();
      expect(offset).toBe(brokenAt);
      await upload.append(offset, piecesOf(content.subarray(offset), 7777));
      expect((await upload.commit(commit)).digest).toBe(digest);
    });

    it.each([0, 99, 101, 5000])(
      'refuses a chunk for byte %d when the stored part ends at 100, and says so',
      async (offset) => {
        const upload = await open();
        await upload.append(0, content.subarray(0, 100));
        await expect(upload.append(offset, content.subarray(100))).rejects.toMatchObject({
          code: 'OUT_OF_RANGE',
          reason: 'UPLOAD_OFFSET',
          metadata: { offset: '100' },
        });
        expect(await upload.offset()).toBe(100);
      },
    );

    it.each([
      ['size', { ...commit, sizeBytes: 1 }, 'ARTIFACT_SIZE_MISMATCH'],
      ['digest', { ...commit, sha256: '0'.repeat(64) }, 'ARTIFACT_DIGEST_MISMATCH'],
    ])('refuses a commit with another %s and starts over', async (_what, wrong, reason) => {
      const upload = await open();
      await upload.append(0, content);
      await expect(upload.commit(wrong)).rejects.toMatchObject({ code: 'DATA_LOSS', reason });
      expect(await upload.offset()).toBe(0);
      await expect(current().store.stat('alice', digest)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('refuses a commit of nothing', async () => {
      const empty = { sizeBytes: 0, sha256: sha256Of(Buffer.alloc(0)), mediaType };
      await expect((await open()).commit(empty)).rejects.toMatchObject({ reason: 'ARTIFACT_EMPTY' });
    });

    it('refuses more than the limit over all parts', async () => {
      const { maxSizeBytes } = current();
      const upload = await open();
      await upload.append(0, contentOf(maxSizeBytes));
      await expect(upload.append(maxSizeBytes, contentOf(1))).rejects.toMatchObject({ reason: 'ARTIFACT_TOO_LARGE' });
    });

    it('keeps uploads of other names and tenants apart', async () => {
      await (await open()).append(0, content.subarray(0, 10));
      expect(await (await current().store.openUpload('alice', 'upload-2')).offset()).toBe(0);
      expect(await (await current().store.openUpload('bob', 'upload-1')).offset()).toBe(0);
      expect(await (await open()).offset()).toBe(10);
    });

    it('lets the newer of two connections win', async () => {
      const upload = await open();
      const stuck = Promise.withResolvers<undefined>();
      async function* silent(): AsyncGenerator<Buffer> {
        yield await Promise.resolve(content.subarray(0, 10));
        stuck.resolve(undefined);
        await new Promise(() => undefined);
      }
      const older = upload.append(0, silent());
      older.catch(() => undefined);
      await stuck.promise;
      const newer = upload.append(10, content.subarray(10));
      await expect(older).rejects.toMatchObject({ code: 'ABORTED', reason: 'UPLOAD_SUPERSEDED' });
      expect(await newer).toBe(content.length);
      expect((await upload.commit(commit)).digest).toBe(digest);
    });

    it('ends an append when the signal fires and keeps what has come', async () => {
      const abort = new AbortController();
      async function* silent(): AsyncGenerator<Buffer> {
        yield await Promise.resolve(content.subarray(0, 10));
        abort.abort();
        await new Promise(() => undefined);
      }
      const upload = await open();
      await expect(upload.append(0, silent(), abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(await upload.offset()).toBe(10);
    });

    it('forgets a discarded upload', async () => {
      const upload = await open();
      await upload.append(0, content);
      await upload.discard();
      expect(await upload.offset()).toBe(0);
    });

    it.each(['', '.', '..', 'a/b', 'a b', 'x'.repeat(65), 'ü'])('refuses the upload id "%s"', async (uploadId) => {
      await expect(current().store.openUpload('alice', uploadId)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });
  });
}
