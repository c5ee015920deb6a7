import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openScratchFolder } from './scratch-folder.ts';

describe('the scratch folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framesong-scratch-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('clears what dead processes have left and keeps what belongs to living ones', async () => {
    const { pid } = spawnSync('true');
    for (const name of [String(pid), String(process.ppid)]) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'file'), 'content');
    }
    await openScratchFolder(folder);
    expect((await readdir(folder)).sort()).toEqual([String(process.ppid), String(process.pid)].sort());
  });

  it('removes a work folder with all its content when it is disposed', async () => {
    const scratch = await openScratchFolder(folder);
    let path: string;
    {
      await using work = await scratch.make();
      ({ path } = work);
      await writeFile(join(path, 'file'), 'content');
    }
    expect(existsSync(path)).toBe(false);
  });
});
