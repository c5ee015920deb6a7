import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planCompression } from './compress-plan.ts';

describe('the plan of a compression', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framesong-plan-'));
    for (const name of ['a.png', 'a.jpg', 'b[1].png']) await writeFile(join(folder, name), '');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('numbers the results of sources with the same name, and takes each source once', async () => {
    const plan = await planCompression([join(folder, 'a.*'), join(folder, 'a.png')], 'out');
    expect(plan).toEqual([
      { input: join(folder, 'a.jpg'), stem: join('out', 'a') },
      { input: join(folder, 'a.png'), stem: join('out', 'a-2') },
    ]);
  });

  it('takes a name with the characters of a pattern for the file when there is one', async () => {
    const name = join(folder, 'b[1].png');
    expect(await planCompression([name], 'out')).toEqual([{ input: name, stem: join('out', 'b[1]') }]);
  });

  it('refuses a folder in which a result could replace a source', async () => {
    await expect(planCompression([join(folder, 'a.png')], folder)).rejects.toThrow(/could replace a source/);
  });
});
