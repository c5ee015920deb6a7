import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openScratchFolder } from '@framesong/lifecycle';
import { createSpool, type Spool } from './spool.ts';

const CONTENT = Buffer.from('a picture of somewhat more than thirty bytes');

describe('the spool', () => {
  let folder: string;
  let spool: Spool;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framesong-spool-'));
    spool = createSpool(await openScratchFolder(folder), { maxSourceBytes: 100, spoolAboveBytes: 30 });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const receive = async (content: Buffer, chunkBytes: number) => {
    await using file = spool.create();
    for (let at = 0; at < content.length; at += chunkBytes) await file.append(content.subarray(at, at + chunkBytes));
    return await file.finish();
  };

  it('keeps a small source in memory', async () => {
    await using source = await receive(CONTENT.subarray(0, 30), 7);
    expect(source.content).toEqual(CONTENT.subarray(0, 30));
    expect(source.sizeBytes).toBe(30);
  });

  it.each([1, 7, 31, 100])('moves a larger one to disk, in chunks of %d', async (chunkBytes) => {
    await using source = await receive(CONTENT, chunkBytes);
    expect((await readFile(String(source.content))).equals(CONTENT)).toBe(true);
    expect(source.sha256).toBe(createHash('sha256').update(CONTENT).digest('hex'));
  });

  it('removes the file when the last who holds it is done', async () => {
    const source = await receive(CONTENT, 10);
    const path = String(source.content);
    const held = source.hold();
    await source[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
    expect(existsSync(path)).toBe(true);
    await held[Symbol.asyncDispose]();
    expect(existsSync(path)).toBe(false);
  });

  it('refuses a source over the limit and leaves nothing of it', async () => {
    await expect(receive(Buffer.alloc(101), 50)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'chunk', description: expect.stringContaining('over 100 bytes') as unknown }],
    });
  });
});
