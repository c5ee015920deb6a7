import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { submitSongBatch } from '@framesong/client';
import { JobState } from '@framesong/contracts/job/v1/job';
import { SongFormat } from '@framesong/contracts/music/v1/song';
import { eventually } from '../testing/eventually.ts';
import { freePort } from '../testing/free-port.ts';
import { noSongLeft } from '../testing/music-leftovers.ts';
import { startMusicStack, type MusicStack } from '../testing/music-stack.ts';
import { endedSong, instrumental, submitSong } from '../testing/songs.ts';
import { startToneEngine, type ToneEngineProcess } from '../testing/tone-engine.ts';

const SLOW_MS = 120_000;

describe('an engine on a GPU', () => {
  let folder: string;
  let stack: MusicStack;
  let engine: ToneEngineProcess;
  let metricsPort: number;
  /** What nvidia-smi tells: name, total and free in MiB, percent. */
  const tell = (line: string) => writeFile(join(folder, 'told'), `${line}\n`);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framesong-gpu-'));
    await writeFile(join(folder, 'nvidia-smi'), `#!/bin/sh\ncat '${join(folder, 'told')}'\n`);
    await chmod(join(folder, 'nvidia-smi'), 0o755);
    await tell('NVIDIA L4, 8192, 6000, 25');
    engine = await startToneEngine();
    metricsPort = await freePort();
    stack = await startMusicStack({
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      FRAMESONG_METRICS_PORT: String(metricsPort),
      FRAMESONG_MUSIC_ENGINES: `tones=${engine.address}`,
      FRAMESONG_MUSIC_MEMORY_NEEDS: 'tones=4096+100',
    });
  }, SLOW_MS);
  afterAll(async () => {
    await noSongLeft(stack);
    await stack[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const song = (seconds: number, seed = 1) =>
    instrumental(seconds, { seed, engine: 'tones', segmented: false, outputFormats: [SongFormat.FLAC] });
  const gauge = async (name: string): Promise<number | undefined> => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const [, value] = new RegExp(`^${name}{framesong_engine_name="tones"} (\\S+)`, 'm').exec(text) ?? [];
    return value === undefined ? undefined : Number(value);
  };

  it('is told by nvidia-smi in the metrics of the service', async () => {
    expect(await gauge('framesong_engine_memory_total_bytes')).toBe(8192 * 2 ** 20);
    expect(await gauge('framesong_engine_memory_free_bytes')).toBe(6000 * 2 ** 20);
    expect(await gauge('framesong_engine_load_ratio')).toBe(0.25);
    expect(await gauge('framesong_engine_up')).toBe(1);
  });

  it('is not asked for what never fits into it', async () => {
    await expect(submitSong(stack, song(60))).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'ENGINE_TOO_SMALL',
      message: expect.stringMatching(/takes about \d+\.\d+ GiB, and its NVIDIA L4 has 8\.00 GiB in all/) as string,
    });
  });

  it(
    'refuses while its memory is taken, says when to come again, and has what was accepted wait for it',
    async () => {
      await tell('NVIDIA L4, 8192, 1000, 99');
      await eventually('the new reading', () => gauge('framesong_engine_memory_free_bytes'), (bytes) => bytes === 1000 * 2 ** 20); // prettier-ignore
      await expect(submitSong(stack, song(10))).rejects.toMatchObject({
        code: 'RESOURCE_EXHAUSTED',
        reason: 'ENGINE_MEMORY',
        message: expect.stringContaining('0.98 GiB free on NVIDIA L4') as string,
        retryAfterMs: 30_000,
      });
      const item = { label: 'one', request: song(10) };
      const { items } = await submitSongBatch(stack.framesong.music, () => [item]);
      await eventually(
        'a render that was put off',
        async () => gauge('framesong_engine_refusals_total'),
        (refusals) => (refusals ?? 0) >= 2,
      );
      expect(engine.begun).toEqual([]);
      await stack.framesong.music.jobs.cancelJob({ jobId: items[0]!.jobId, reason: '' });
      await tell('NVIDIA L4, 8192, 6000, 25');
      await eventually('the new reading', () => gauge('framesong_engine_memory_free_bytes'), (bytes) => bytes === 6000 * 2 ** 20); // prettier-ignore
      const { id } = await submitSong(stack, song(10));
      expect((await endedSong(stack, id)).state).toBe(JobState.SUCCEEDED);
      expect(engine.begun).toHaveLength(1);
    },
    SLOW_MS,
  );
});
