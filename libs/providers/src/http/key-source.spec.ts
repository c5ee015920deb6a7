import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createKeySource } from './key-source.ts';
import { Secret } from './secret.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framesong-key-'));
  file = join(folder, 'key');
});

afterEach(() => rm(folder, { recursive: true }));

describe('a key', () => {
  it('shows nothing, however it is written', () => {
    const secret = new Secret('sk_hunter2');
    const written = [String(secret), JSON.stringify({ secret }), inspect({ secret }, { showHidden: true })];
    for (const text of written) expect(text).not.toContain('hunter2');
    expect(secret.reveal()).toBe('sk_hunter2');
    expect(secret.removeFrom('wrong key sk_hunter2!')).toBe('wrong key [redacted]!');
  });

  it('is read from its file again when that has changed, without a restart', async () => {
    await writeFile(file, 'first\n');
    const source = createKeySource({ file, setting: 'KEY' });
    expect((await source.current()).reveal()).toBe('first');
    await writeFile(`${file}.new`, 'second\n');
    await rename(`${file}.new`, file);
    expect((await source.current()).reveal()).toBe('second');
  });

  it('still holds while its file is being rewritten', async () => {
    await writeFile(file, 'first');
    const source = createKeySource({ file, setting: 'KEY' });
    await source.current();
    await writeFile(file, '');
    expect((await source.current()).reveal()).toBe('first');
  });

  it('from a file wins over one from a setting', async () => {
    await writeFile(file, 'from file');
    expect((await createKeySource({ file, value: 'from setting', setting: 'KEY' }).current()).reveal()).toBe(
      'from file',
    );
    expect((await createKeySource({ file: '', value: 'from setting', setting: 'KEY' }).current()).reveal()).toBe(
      'from setting',
    );
  });

  it.each([
    ['is not set', {}, 'no key is set'],
    ['is empty', { value: '' }, 'no key is set'],
    ['stands in a file that is not there', { file: '/no/such/file' }, 'cannot be read'],
  ])('that %s is told by the name of its setting', async (_, location, words) => {
    const missing = createKeySource({ ...location, setting: 'FRAMESONG_X_API_KEY' }).current();
    await expect(missing).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      outcome: 'not_sent',
      message: expect.stringMatching(new RegExp(`${words}.*FRAMESONG_X_API_KEY_FILE`)) as string,
    });
  });
});
