import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openWorkFolder, sweepWorkFolders } from './work-folder.ts';

describe('the work folder of a song', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'framesong-work-'));
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('knows which of its segments are whole', async () => {
    const work = await openWorkFolder(parent, 'song_1', 1);
    await writeFile(work.segmentPath('1'), 'whole');
    await writeFile(work.segmentPath('2'), 'cut');
    const has = ['1', '2', '3'].map((name) => work.has(work.segmentPath(name), 5));
    expect(await Promise.all(has)).toEqual([true, false, false]);
  });

  it('belongs to one run: who has lost the job clears only what is its own or older', async () => {
    const [first, second, other] = [
      await openWorkFolder(parent, 'song_1', 1),
      await openWorkFolder(parent, 'song_1', 2),
      await openWorkFolder(parent, 'song_2', 1),
    ];
    await writeFile(second.segmentPath('1'), 'whole');
    await first.remove();
    expect(await second.has(second.segmentPath('1'), 5)).toBe(true);
    await openWorkFolder(parent, 'song_1', 1);
    await second.remove();
    expect((await readdir(parent)).map((name) => join(parent, name))).toEqual([other.path]);
  });

  it('has the score only when it is whole', async () => {
    const work = await openWorkFolder(parent, 'song_1', 1);
    const { signal } = new AbortController();
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('{');
        throw new Error('cut off');
      })(),
    );
    await expect(work.write(work.planPath, broken, signal)).rejects.toThrow('cut off');
    expect(existsSync(work.planPath)).toBe(false);
    await work.write(work.planPath, Readable.from([Buffer.from('{'), Buffer.from('}')]), signal);
    expect(await readFile(work.planPath, 'utf8')).toBe('{}');
  });

  it('is removed with all that is in it, also a second time', async () => {
    const work = await openWorkFolder(parent, 'song_1', 1);
    await writeFile(work.segmentPath('1'), 'whole');
    await work.remove();
    await work.remove();
    expect(await readdir(parent)).toEqual([]);
  });

  it('is swept at a start when nobody went on with it for a day', async () => {
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    for (const name of ['old', 'new']) await mkdir(join(parent, name));
    await utimes(join(parent, 'old'), yesterday, yesterday);
    await sweepWorkFolders(parent);
    expect(await readdir(parent)).toEqual(['new']);
  });

  it('is swept by two processes that start at once', async () => {
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    for (let song = 0; song < 40; song++) {
      const path = join(parent, `song_${song}.1`);
      await mkdir(path);
      await utimes(path, yesterday, yesterday);
    }
    await Promise.all([sweepWorkFolders(parent), sweepWorkFolders(parent), sweepWorkFolders(parent)]);
    expect(await readdir(parent)).toEqual([]);
  });

  it('is not made below a file', async () => {
    await writeFile(join(parent, 'file'), '');
    await expect(openWorkFolder(join(parent, 'file'), 'song_1', 1)).rejects.toMatchObject({
      reason: 'STORAGE_UNUSABLE',
    });
  });
});
