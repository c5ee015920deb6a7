import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cancelled, FramesongError } from '@framesong/errors';
import { entryPath, incomingFolder } from './disk-store.ts';
import { createResultCache, type ResultCache } from './result-cache.ts';

interface Facts {
  readonly width: number;
}

const MEGABYTE = 1024 ** 2;
const NEVER = new AbortController().signal;
const keyOf = (text: string) => createHash('sha256').update(text).digest('hex');
const entry = (text: string) => ({ facts: { width: text.length }, data: Buffer.from(text) });

describe('the result cache', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framesong-result-cache-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = (limits: { memoryBytes?: number; diskBytes?: number }): ResultCache<Facts> =>
    createResultCache({ name: 'test', memoryBytes: 0, diskBytes: 0, folder, ...limits });
  const keep = async (cache: ResultCache<Facts>, text: string) =>
    (await cache.get(keyOf(text), () => Promise.resolve(entry(text)), NEVER)).cache;
  const fail = () => Promise.reject(new Error('must not be made'));

  it('makes a value once and gives it from memory from then on', async () => {
    await using cache = open({ memoryBytes: MEGABYTE });
    expect(await keep(cache, 'scene')).toBe('miss');
    const again = await cache.get(keyOf('scene'), fail, NEVER);
    expect(again).toEqual({ ...entry('scene'), cache: 'hit' });
    expect(await keep(cache, 'another')).toBe('miss');
  });

  it('gives a value from disk to the next process', async () => {
    {
      await using first = open({ diskBytes: MEGABYTE });
      expect(await keep(first, 'scene')).toBe('miss');
    }
    await using next = open({ diskBytes: MEGABYTE });
    expect(await next.get(keyOf('scene'), fail, NEVER)).toEqual({ ...entry('scene'), cache: 'hit' });
  });

  it('keeps nothing when both limits are 0', async () => {
    {
      await using cache = open({});
      expect(await keep(cache, 'scene')).toBe('miss');
      expect(await keep(cache, 'scene')).toBe('miss');
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('lets go in memory of what was not used for longest', async () => {
    await using cache = open({ memoryBytes: 4 * MEGABYTE });
    const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(0.9 * MEGABYTE));
    for (const text of texts) await keep(cache, text);
    expect(await keep(cache, texts[0]!)).toBe('hit');
    await keep(cache, 'e'.repeat(0.9 * MEGABYTE));
    expect(await keep(cache, texts[0]!)).toBe('hit');
    expect(await keep(cache, texts[1]!)).toBe('miss');
  });

  it('stays within its limit on disk and removes what was not used for longest', async () => {
    const diskBytes = 8 * MEGABYTE;
    const texts = Array.from({ length: 40 }, (_, index) => String(index).padEnd(MEGABYTE / 4, '.'));
    {
      await using cache = open({ diskBytes });
      for (const text of texts.slice(0, 20)) await keep(cache, text);
    }
    for (const text of texts.slice(0, 20)) {
      const longAgo = new Date(text === texts[3] ? Date.now() : 0);
      await utimes(entryPath(folder, keyOf(text)), longAgo, longAgo);
    }
    {
      await using cache = open({ diskBytes });
      for (const text of texts.slice(20)) await keep(cache, text);
    }
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(diskBytes);
    await using cache = open({ diskBytes });
    expect(await keep(cache, texts[3]!)).toBe('hit');
    expect(await keep(cache, texts[39]!)).toBe('hit');
    expect(await keep(cache, texts[4]!)).toBe('miss');
  });

  it.each([
    ['was cut short', (path: string) => truncate(path, 50)],
    ['has a flipped bit', flipBit],
    ['is empty', (path: string) => truncate(path, 0)],
    ['is no entry at all', (path: string) => writeFile(path, 'FRC1 but nothing of ours follows, only words')],
  ])('does not believe a file that %s, and makes the value anew', async (_, damage) => {
    {
      await using cache = open({ diskBytes: MEGABYTE });
      await keep(cache, 'scene');
    }
    await damage(entryPath(folder, keyOf('scene')));
    {
      await using cache = open({ diskBytes: MEGABYTE });
      expect(await keep(cache, 'scene')).toBe('miss');
    }
    await using cache = open({ diskBytes: MEGABYTE });
    expect(await keep(cache, 'scene')).toBe('hit');
  });

  it('does not believe the whole and intact file of another key', async () => {
    {
      await using cache = open({ diskBytes: MEGABYTE });
      await keep(cache, 'scene');
      await keep(cache, 'figure');
    }
    await writeFile(entryPath(folder, keyOf('scene')), await readFile(entryPath(folder, keyOf('figure'))));
    await using cache = open({ diskBytes: MEGABYTE });
    expect(await cache.get(keyOf('scene'), () => Promise.resolve(entry('new')), NEVER)).toMatchObject({
      cache: 'miss',
    });
  });

  it('works on without the disk when its folder cannot be written', async () => {
    await writeFile(join(folder, 'entries'), 'a file where a folder should be');
    await using cache = open({ memoryBytes: MEGABYTE, diskBytes: MEGABYTE });
    expect(await keep(cache, 'scene')).toBe('miss');
    expect(await keep(cache, 'scene')).toBe('hit');
  });

  it('removes half-written files of processes that were killed, and leaves those of living ones', async () => {
    await mkdir(incomingFolder(folder));
    for (const name of ['old', 'new']) await writeFile(join(incomingFolder(folder), name), 'half');
    await utimes(join(incomingFolder(folder), 'old'), new Date(0), new Date(0));
    {
      await using cache = open({ diskBytes: MEGABYTE });
      await keep(cache, 'scene');
    }
    expect(await readdir(incomingFolder(folder))).toEqual(['new']);
  });

  it('holds only whole entries after its process was killed while it wrote', async () => {
    const writer = spawn(process.execPath, [join(import.meta.dirname, 'endless-writer.fixture.ts'), folder]);
    let said = '';
    for await (const text of writer.stdout) if ((said += String(text)).split('\n').length > 12) break;
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const names = (await readdir(join(folder, 'entries'), { recursive: true })).filter((name) => name.length > 2);
    expect(names.length).toBeGreaterThan(2);
    await using cache = open({ diskBytes: 64 * MEGABYTE });
    for (const name of names) {
      expect((await cache.get(name.slice(3), fail, NEVER)).data).toHaveLength(MEGABYTE);
    }
  });

  it('joins equal requests: one is made, and the others get the same', async () => {
    await using cache = open({});
    const made = Promise.withResolvers<ReturnType<typeof entry>>();
    let times = 0;
    const make = () => {
      times += 1;
      return made.promise;
    };
    const all = ['scene', 'scene', 'figure', 'scene'].map((text) => cache.get(keyOf(text), make, NEVER));
    made.resolve(entry('x'));
    expect((await Promise.all(all)).map(({ cache }) => cache)).toEqual(['miss', 'coalesced', 'miss', 'coalesced']);
    expect(times).toBe(2);
  });

  it('lets one who gives up go at once, and stops the work when the last has gone', async () => {
    await using cache = open({ memoryBytes: MEGABYTE });
    const callers = [new AbortController(), new AbortController()];
    const stopped = Promise.withResolvers<unknown>();
    const make = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => {
          stopped.resolve(signal.reason);
          reject(signal.reason as FramesongError);
        });
      });
    const [first, second] = callers.map(({ signal }) => cache.get(keyOf('scene'), make, signal));
    callers[0]!.abort(cancelled('the first has gone'));
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED', message: 'the first has gone' });
    // Whoever comes now still joins the second.
    const third = new AbortController();
    const joining = cache.get(keyOf('scene'), fail, third.signal);
    third.abort();
    await expect(joining).rejects.toMatchObject({ code: 'CANCELLED' });

    callers[1]!.abort(new FramesongError('too late', { code: 'DEADLINE_EXCEEDED', reason: 'DEADLINE_EXCEEDED' }));
    await expect(second).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(await stopped.promise).toMatchObject({ code: 'DEADLINE_EXCEEDED', message: 'too late' });
    // Whoever comes after it was stopped begins anew.
    expect(await keep(cache, 'scene')).toBe('miss');
  });

  it('passes a failure on to all who wait and tries again for the next', async () => {
    await using cache = open({ memoryBytes: MEGABYTE });
    const failing = () => Promise.reject(new FramesongError('no', { code: 'INTERNAL', reason: 'NO' }));
    const both = [cache.get(keyOf('scene'), failing, NEVER), cache.get(keyOf('scene'), failing, NEVER)];
    for (const one of both) await expect(one).rejects.toMatchObject({ reason: 'NO' });
    expect(await keep(cache, 'scene')).toBe('miss');
  });
});

async function flipBit(path: string): Promise<void> {
  const file = await readFile(path);
  file[20]! ^= 1;
  await writeFile(path, file);
}
