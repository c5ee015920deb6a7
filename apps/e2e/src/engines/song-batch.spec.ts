import { submitSongBatch } from '@framesong/client';
import type { Batch } from '@framesong/contracts/job/v1/batch';
import { JobState } from '@framesong/contracts/job/v1/job';
import { SongFormat } from '@framesong/contracts/music/v1/song';
import { eventually } from '../testing/eventually.ts';
import { noSongLeft } from '../testing/music-leftovers.ts';
import { startMusicStack, type MusicStack } from '../testing/music-stack.ts';
import { instrumental } from '../testing/songs.ts';
import { startToneEngine, type ToneEngineProcess } from '../testing/tone-engine.ts';

const SLOW_MS = 180_000;
const SONGS = 12;
const AT_ONCE = 2;

describe('many songs that are submitted at once', () => {
  let stack: MusicStack;
  let engine: ToneEngineProcess;
  beforeAll(async () => {
    engine = await startToneEngine();
    stack = await startMusicStack({
      FRAMESONG_MUSIC_ENGINES: `tones=${engine.address}`,
      FRAMESONG_MUSIC_WORKERS: String(AT_ONCE),
    });
  }, SLOW_MS);
  afterAll(async () => {
    await noSongLeft(stack);
    await stack[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });

  const song = (seed: number) => instrumental(5, { seed, engine: 'tones', outputFormats: [SongFormat.FLAC] });
  const batchNow = async (batchId: string): Promise<Batch> => {
    const page = { batchId, pageSize: 1, pageToken: '', onlyErrors: false };
    return (await stack.framesong.music.jobs.getBatch(page)).report!.batch!;
  };
  const countOf = ({ states }: Batch, state: JobState) => states.find((counted) => counted.state === state)?.jobs ?? 0;

  it(
    'run at the limit, none is lost, their progress is told as one, and the song of another tenant comes in between',
    async () => {
      const items = Array.from({ length: SONGS }, (_, place) => ({ label: `song ${place}`, request: song(place) }));
      const { batch } = await submitSongBatch(stack.framesong.music, () => items);
      expect(batch).toMatchObject({ accepted: SONGS, rejected: 0, complete: true });

      const metadata = { 'framesong-tenant': 'somebody-else' };
      const { job } = await stack.framesong.music.rpc.submitSong({ request: song(SONGS) }, { metadata });
      await stack.framesong.music.jobs.waitJob({ jobId: job!.id }, { metadata, timeoutMs: SLOW_MS });
      expect(countOf(await batchNow(batch!.id), JobState.QUEUED)).toBeGreaterThan(SONGS / 3);

      const percents: number[] = [];
      const running: number[] = [];
      const look = async () => {
        const seen = await batchNow(batch!.id);
        percents.push(seen.percent);
        running.push(countOf(seen, JobState.RUNNING));
        return seen;
      };
      const ended = await eventually('the end of the batch', look, ({ done }) => done, SLOW_MS);
      expect(countOf(ended, JobState.SUCCEEDED)).toBe(SONGS);
      expect(Math.max(...running)).toBe(AT_ONCE);
      expect(percents).toEqual(percents.toSorted((a, b) => a - b));
      expect(new Set(percents).size).toBeGreaterThan(SONGS / 2);
    },
    SLOW_MS,
  );
});
