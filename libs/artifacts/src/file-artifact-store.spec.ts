import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentOf, PNG } from './contract-suite-content.ts';
import { describeArtifactStore } from './contract-suite.ts';
import { createFileArtifactStore, createTracedArtifactStore, type ArtifactRef } from './index.ts';

const MAX_BYTES = 1_000_000;
const HOUR_S = 3600;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'framesong-artifacts-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const openStore = (options = {}) => createFileArtifactStore({ folder, maxSizeBytes: MAX_BYTES, ...options });

async function filesUnder(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

async function contentFile(ref: ArtifactRef): Promise<string> {
  const files = await filesUnder(path.join(folder, 'artifacts'));
  return files.find((file) => file.includes(ref.digest.slice(7)) && file.endsWith('content'))!;
}

async function damage(_tenant: string, ref: ArtifactRef): Promise<void> {
  await using handle = await open(await contentFile(ref), 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, 500);
  await handle.write(Buffer.of(byte[0]! ^ 1), 0, 1, 500);
}

for (const [name, wrap] of [
  ['the folder store', (store) => store],
  ['the traced folder store', createTracedArtifactStore],
] satisfies [string, typeof createTracedArtifactStore][]) {
  describeArtifactStore(name, async () => ({
    store: wrap(await openStore()),
    maxSizeBytes: MAX_BYTES,
    damage,
    close: () => Promise.resolve(),
  }));
}

describe('the folder', () => {
  it('is readable by its owner only', async () => {
    const store = await openStore();
    await store.put('alice', contentOf(10), PNG);
    await (await store.openUpload('alice', 'u')).append(0, contentOf(10));
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    expect(entries.length).toBeGreaterThan(6);
    for (const entry of entries) {
      const { mode } = await stat(path.join(entry.parentPath, entry.name));
      expect([entry.name, mode & 0o777]).toEqual([entry.name, entry.isFile() ? 0o600 : 0o700]);
    }
  });

  it('shows neither tenants nor their content by name, and nothing stays beside the artifacts', async () => {
    const store = await openStore();
    await store.put('alice-secret', contentOf(10), PNG);
    await store.put('alice-secret', contentOf(10), PNG);
    await expect(store.put('alice-secret', contentOf(20), { ...PNG, expectedSizeBytes: 5 })).rejects.toThrow();
    const files = await filesUnder(folder);
    expect(files.map((file) => path.basename(file)).sort()).toEqual(['about.json', 'content']);
    expect(files.join()).not.toContain('alice');
  });

  it('is shared by several stores', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const { digest } = await one.put('alice', contentOf(10), PNG);
    expect((await other.stat('alice', digest)).sizeBytes).toBe(10);
  });

  it('is made again when somebody removes it', async () => {
    const store = await openStore();
    await rm(folder, { recursive: true });
    expect((await store.put('alice', contentOf(10), PNG)).sizeBytes).toBe(10);
  });
});

describe('damage', () => {
  it.each([
    ['a shorter file', (file: string) => writeFile(file, 'x')],
    ['a longer file', (file: string) => appendFile(file, 'x')],
    ['an unreadable description', (file: string) => writeFile(path.join(path.dirname(file), 'about.json'), '{')],
    ['a description of something else', (file: string) => writeFile(path.join(path.dirname(file), 'about.json'), '{}')],
  ])('by %s is found and healed by putting the content again', async (_what, spoil) => {
    const store = await openStore();
    const ref = await store.put('alice', contentOf(1000), PNG);
    await spoil(await contentFile(ref));
    await expect(store.stat('alice', ref.digest)).rejects.toMatchObject({ code: 'DATA_LOSS' });
    await expect(store.get('alice', ref.digest)).rejects.toMatchObject({ code: 'DATA_LOSS' });
    expect(await store.put('alice', contentOf(1000), PNG)).toEqual(ref);
    expect(await readFile(await contentFile(ref))).toEqual(contentOf(1000));
  });
});

describe('what a crash leaves behind', () => {
  it('is no artifact, and is removed at the next opening once it is old', async () => {
    const fixture = fileURLToPath(new URL('./interrupted-put-fixture.ts', import.meta.url));
    const writer = spawn(process.execPath, [fixture, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(writer.stdout, 'data');
    writer.kill('SIGKILL');
    await once(writer, 'exit');

    await openStore();
    const left = await filesUnder(folder);
    expect(left.map((file) => path.relative(folder, file).split(path.sep)[0])).toEqual(['incoming']);

    await makeOlder(left[0]!, HOUR_S);
    await openStore();
    expect(await filesUnder(folder)).toEqual([]);
  });

  it('is swept among uploads only when nobody went on with them for long', async () => {
    const store = await openStore({ uploadKeepMs: HOUR_S * 1000 });
    for (const id of ['old', 'fresh']) await (await store.openUpload('alice', id)).append(0, contentOf(10));
    for (const file of await filesUnder(folder)) if (file.includes('old')) await makeOlder(file, HOUR_S + 60);
    expect(await store.sweep()).toBe(1);
    expect(await (await store.openUpload('alice', 'old')).offset()).toBe(0);
    expect(await (await store.openUpload('alice', 'fresh')).offset()).toBe(10);
  });
});

describe('storage that cannot be used', () => {
  it('is full when less than the reserve is free', async () => {
    const store = await openStore({ minFreeBytes: Number.MAX_SAFE_INTEGER });
    const full = { code: 'RESOURCE_EXHAUSTED', reason: 'STORAGE_FULL' };
    await expect(store.put('alice', contentOf(10), PNG)).rejects.toMatchObject(full);
    await expect(store.put('alice', contentOf(10), PNG)).rejects.toThrow('FRAMESONG_DATA_DIR');
    await expect((await store.openUpload('alice', 'u')).append(0, contentOf(10))).rejects.toMatchObject(full);
    expect(await filesUnder(folder)).toEqual([]);
  });

  it('is refused at opening when nothing can be written there, naming the setting', async () => {
    const systemFolder = process.platform === 'darwin' ? '/System/framesong' : '/sys/framesong';
    const opening = createFileArtifactStore({ folder: systemFolder, maxSizeBytes: 1 });
    await expect(opening).rejects.toThrow('FRAMESONG_DATA_DIR');
    await expect(opening).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'STORAGE_READ_ONLY' });
  });

  it('is refused at opening when it is no folder', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    const opening = createFileArtifactStore({ folder: path.join(file, 'artifacts'), maxSizeBytes: 1 });
    await expect(opening).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'STORAGE_UNUSABLE' });
  });
});

async function makeOlder(file: string, seconds: number): Promise<void> {
  const then = Date.now() / 1000 - seconds;
  await utimes(file, then, then);
  await utimes(path.dirname(file), then, then);
}
