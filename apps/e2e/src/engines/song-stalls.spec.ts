import { JobState, type Job, type JobEvent } from '@framesong/contracts/job/v1/job';
import { SongFormat } from '@framesong/contracts/music/v1/song';
import { errorOfRpcStatus } from '@framesong/rpc';
import { noSongLeft } from '../testing/music-leftovers.ts';
import { startMusicStack, type MusicStack } from '../testing/music-stack.ts';
import { endedSong, songRequest, submitSong } from '../testing/songs.ts';
import { startToneEngine, type ToneEngineProcess } from '../testing/tone-engine.ts';

const SLOW_MS = 120_000;
/** Long enough that a busy machine is not taken for a silent engine. */
const SILENCE = '3s';

describe('an engine that falls silent', () => {
  let stack: MusicStack;
  let engine: ToneEngineProcess;
  beforeAll(async () => {
    engine = await startToneEngine();
    stack = await startMusicStack({
      FRAMESONG_MUSIC_ENGINES: `tones=${engine.address}`,
      FRAMESONG_MUSIC_WORKERS: '10',
      FRAMESONG_MUSIC_SILENCE_AT_FIRST: SILENCE,
      FRAMESONG_MUSIC_SILENCE_FLOOR: SILENCE,
    });
  }, SLOW_MS);
  afterAll(async () => {
    await noSongLeft(stack);
    await stack[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });

  interface Stalled {
    readonly job: Job;
    /** What told of a silence, and whether the job counted as stalled then; undefined when it had ended meanwhile. */
    readonly silences: readonly { readonly event: JobEvent; readonly isStalled: boolean | undefined }[];
    readonly begun: readonly string[];
    readonly cancelled: readonly string[];
  }
  /** Where the engine stands still, what it is waited for there, and how often it begins a song that stalls once. */
  const PLACES = [
    ['begin', 'first progress', 2],
    ['middle', 'next progress', 2],
    ['sound', 'sound', 2],
    // What is made and does not arrive is fetched again, and not made again.
    ['chunk', 'rest of the sound', 1],
  ] as const;
  const songs = new Map<string, Promise<Stalled>>();
  const stalling = async (style: string): Promise<Stalled> => {
    const request = songRequest({
      engine: 'tones',
      segmented: false,
      outputFormats: [SongFormat.FLAC],
      style: `pop ${style}`,
    });
    const { id } = await submitSong(stack, request);
    const silences: Stalled['silences'][number][] = [];
    for await (const { event, outlook } of stack.framesong.music.jobs.watchJob({ jobId: id, afterSequence: 0n })) {
      if (event?.stage === 'engine is silent') silences.push({ event, isStalled: outlook?.stalled });
    }
    const own = (renderId: string) => renderId.startsWith(id);
    return {
      job: await endedSong(stack, id),
      silences,
      begun: engine.begun.filter(own),
      cancelled: engine.cancelled.filter(own),
    };
  };
  // All at once: each of them mostly waits.
  beforeAll(async () => {
    for (const [place] of PLACES) {
      for (const style of [`stalls-${place}`, `always-stalls-${place}`]) songs.set(style, stalling(style));
    }
    await Promise.all(songs.values());
  }, SLOW_MS);

  it.each(PLACES)(
    'at its %s once is told with what is waited for, and the song is made',
    async (place, phase, times) => {
      const { job, silences, begun } = await songs.get(`stalls-${place}`)!;
      expect(job.state).toBe(JobState.SUCCEEDED);
      expect(silences).toHaveLength(1);
      expect(silences[0]!.isStalled).not.toBe(false);
      expect(silences[0]!.event.message).toMatch(
        new RegExp(
          `^nothing was heard of tones for \\d(?:\\.\\d)? s while its ${phase} is awaited; after 3 s it is stopped$`,
        ),
      );
      expect(begun).toHaveLength(times);
    },
  );

  it.each(PLACES)('at its %s again ends the song with the name of what did not come', async (place, phase, times) => {
    const { job, begun, cancelled } = await songs.get(`always-stalls-${place}`)!;
    expect(job.state).toBe(JobState.FAILED);
    expect(errorOfRpcStatus(job.error!)).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      reason: 'STALLED',
      message: expect.stringContaining(
        `nothing was heard of engine tones for 3 s while its ${phase} was awaited`,
      ) as string,
      metadata: { phase, stage: 'render song' },
    });
    // Ended at the engine too, so that nothing goes on for nobody.
    expect(begun).toHaveLength(times);
    expect(cancelled).toHaveLength(times === 2 ? 2 : 0);
  });

  it('is seen by whoever looks at the job, long before it is stopped', async () => {
    const all = await Promise.all(songs.values());
    expect(all.flatMap(({ silences }) => silences).filter(({ isStalled }) => isStalled)).not.toEqual([]);
  });
});
