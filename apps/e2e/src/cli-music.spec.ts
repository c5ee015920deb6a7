import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCommandLine, type CommandLine } from './testing/command-line.ts';
import { matching } from './testing/matching.ts';
import { startMusicStack, type MusicStack } from './testing/music-stack.ts';
import { SHORT_LYRICS } from './testing/songs.ts';

describe('framesong music', () => {
  let stack: MusicStack;
  let cli: CommandLine;

  beforeAll(async () => {
    stack = await startMusicStack();
    cli = createCommandLine(stack.dataFolder, { music: stack.music.address });
    await writeFile(join(stack.dataFolder, 'rain.txt'), SHORT_LYRICS);
    await writeFile(join(stack.dataFolder, 'wrong.txt'), 'la la la\n[nonsense]\nla\n');
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('song writes the files of a song, named after its lyrics, and tells its stages', async () => {
    const words = [
      'music',
      'song',
      '--lyrics',
      'rain.txt',
      '--style',
      'pop',
      '--bpm',
      '240',
      '--seed',
      '7',
      '-o',
      'songs',
    ];
    const { exitCode, stdout, stderr } = await cli.run(...words, '--format', 'midi,lrc');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: matching(/^song: job song_/) });
    expect(stdout).toMatch(/^songs\/rain\.mid +\d/m);
    expect(stdout).toMatch(/LUFS, .* seed 7, by framesong-composer/);
    expect((await readFile(join(stack.dataFolder, 'songs/rain.mid'))).subarray(0, 4).toString()).toBe('MThd');
    expect(await readFile(join(stack.dataFolder, 'songs/rain.lrc'), 'utf8')).toMatch(/the light is low/);
  });

  it('validate shows how lyrics are understood', async () => {
    const { exitCode, stdout } = await cli.run('music', 'validate', 'rain.txt');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^section +lines +syllables\nverse +1 +4\nchorus +1 +4\n/);
  });

  it('validate tells each fault with file, line and column, and ends with 2', async () => {
    const { exitCode, stdout } = await cli.run('music', 'validate', 'wrong.txt');
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^wrong\.txt:\d+:\d+: \S/);
  });

  it('jobs of a song are found by the prefix of their id', async () => {
    const words = [
      'music',
      'song',
      '--instrumental',
      '--duration',
      '5s',
      '--format',
      'midi',
      '-o',
      'songs',
      '--detach',
    ];
    const jobId = (await cli.run(...words)).stdout.trim();
    expect(jobId).toMatch(/^song_/);
    expect((await cli.run('jobs', 'watch', jobId)).exitCode).toBe(0);
    const list = await cli.run('jobs', 'list', '--service', 'music', '--json');
    expect((JSON.parse(list.stdout) as { jobs: { id: string }[] }).jobs.map(({ id }) => id)).toContain(jobId);
  });
});
