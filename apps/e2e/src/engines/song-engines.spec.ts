import { measureLoudness, SAMPLE_RATE_HZ, type StereoPcm } from '@framesong/composer';
import { JobState, ProgressSource } from '@framesong/contracts/job/v1/job';
import { ReplaceSongSectionRequest } from '@framesong/contracts/music/v1/music_service';
import { SongFormat, type Song } from '@framesong/contracts/music/v1/song';
import { msOfDuration } from '@framesong/rpc';
import { noSongLeft } from '../testing/music-leftovers.ts';
import { startMusicStack, type MusicStack } from '../testing/music-stack.ts';
import { digestsOf, endedSong, generateSong, songFile, songOf, songRequest, submitSong } from '../testing/songs.ts';
import { samplesOfWav } from '../testing/sound-files.ts';
import { startToneEngine, type ToneEngineProcess } from '../testing/tone-engine.ts';
import { watchingJob } from '../testing/watching.ts';

// Globals are slow in the test environment, and a song has many samples.
const { abs, max } = Math;
const SLOW_MS = 120_000;
const SECTIONS = 4;
/** A section of two seconds has ten slices: long enough to be killed in, and short enough to wait for. */
const PAUSE_MS = 20;
const CHORUS = 2;
const SOUNDS = [SongFormat.WAV, SongFormat.LRC];
/** Two dithers of a half, two roundings of a half, of 16 bit; and the gain as it is told. */
const ROUNDING = 2.5 / 32_768;

describe('a song of segments', () => {
  let stack: MusicStack;
  let engine: ToneEngineProcess;
  let listener: ToneEngineProcess;
  beforeAll(async () => {
    engine = await startToneEngine({ pauseMs: PAUSE_MS });
    listener = await startToneEngine({ contextSeconds: 2 });
    stack = await startMusicStack({
      FRAMESONG_MUSIC_ENGINES: `tones=${engine.address},listener=${listener.address}`,
    });
  }, SLOW_MS);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
    await listener[Symbol.asyncDispose]();
  });
  afterEach(() => noSongLeft(stack));

  const replaced = async (request: Partial<ReplaceSongSectionRequest>) => {
    const { job } = await stack.framesong.music.rpc.replaceSongSection({
      ...ReplaceSongSectionRequest.fromPartial({}),
      ...request,
    });
    return endedSong(stack, job!.id);
  };
  const samples = async (song: Song) => samplesOfWav(await songFile(stack, song, SongFormat.WAV));

  it.each(['embedded', 'tones'])(
    'of engine %s keeps every other segment when one is made anew, and outside it the mix differs by one gain',
    async (name) => {
      const { accepted, song } = await generateSong(stack, songRequest({ engine: name, outputFormats: SOUNDS }));
      const job = await replaced({ jobId: accepted.id, sectionIndex: CHORUS, lyrics: 'we lose the day', seed: 99 });
      const after = songOf(job);

      const segments = (made: Song) => made.sections.map(({ artifact }) => artifact!.digest);
      expect(segments(song)).toHaveLength(SECTIONS);
      expect(segments(after).map((digest, index) => digest === segments(song)[index])).toEqual([
        true,
        true,
        false,
        true,
      ]);
      expect(after.sections.map(({ start }) => start)).toEqual(song.sections.map(({ start }) => start));
      expect((await songFile(stack, after, SongFormat.LRC)).toString()).toContain('we lose the day');

      const { replacement } = after;
      expect(replacement).toMatchObject({ jobId: accepted.id, sectionIndex: CHORUS });
      const early = msOfDuration(after.sections[CHORUS]!.start)! - msOfDuration(replacement!.start)!;
      expect(early).toBeCloseTo(5, 3);
      const [before, now] = [await samples(song), await samples(after)];
      const stretch = [replacement!.start, replacement!.end].map(
        (time) => (msOfDuration(time)! / 1000) * SAMPLE_RATE_HZ,
      );
      expect(now.left).toHaveLength(before.left.length);
      expect(farthestOutside(before, now, replacement!.gainDb, stretch)).toBeLessThan(ROUNDING);
      expect(farthestOutside(before, now, replacement!.gainDb, [0, 0])).toBeGreaterThan(0.02);
      expect(replacement!.residualDbfs).toBeLessThan(-100);
      for (const [made, pcm] of [[song, before], [after, now]] as const) expectLoudness(made, pcm); // prettier-ignore
    },
    SLOW_MS,
  );

  it('is made by an engine over gRPC with its measured progress, and says what is only planned', async () => {
    const { song, events } = await generateSong(stack, songRequest({ engine: 'tones', outputFormats: SOUNDS }));
    expect(song.engine).toBe('tones 1');
    expect(song.warnings.join('\n')).toMatch(/tones does not hear the section before/);
    expect(song.warnings.join('\n')).toMatch(/times of lines are those of the plan/);
    const rendering = events.filter(({ message }) => /^verse: \d+ of \d+ s, generate$/.test(message));
    expect(rendering.length).toBeGreaterThan(0);
    expect(rendering.every(({ percentSource }) => percentSource === ProgressSource.MEASURED)).toBe(true);
    const { models } = await stack.framesong.music.rpc.listMusicModels({});
    expect(models.map((model) => model.engine)).toEqual(['embedded', 'tones', 'listener']);
    expect(models[1]).toMatchObject({ version: 'tones 1', sections: true, wholeSongs: true, progressIsMeasured: true });
  });

  it('lets an engine that goes on from a section hear the one before, and when it mends one, the one after', async () => {
    const { accepted, song } = await generateSong(stack, songRequest({ engine: 'listener', outputFormats: SOUNDS }));
    expect(song.warnings.join('\n')).not.toMatch(/does not hear/);
    expect(listener.heard.map(({ beforeBytes }) => beforeBytes > 10_000)).toEqual([false, true, true, true]);
    expect(listener.heard.every(({ afterBytes }) => afterBytes === 0)).toBe(true);
    await replaced({ jobId: accepted.id, sectionIndex: CHORUS, seed: 5 });
    const { beforeBytes, afterBytes } = listener.heard.at(-1)!;
    for (const bytes of [beforeBytes, afterBytes]) {
      expect(bytes).toBeGreaterThan(10_000);
      expect(bytes).toBeLessThanOrEqual(400 * 1024);
    }
  });

  it('may be made in one render instead, has no segments then, and says so', async () => {
    const request = songRequest({ engine: 'tones', segmented: false, outputFormats: SOUNDS });
    const { accepted, song } = await generateSong(stack, request);
    expect(song.sections.map(({ artifact }) => artifact)).toEqual(Array.from({ length: SECTIONS }, () => undefined));
    expect(song.warnings.join('\n')).toMatch(/tones makes the song in one render/);
    expectLoudness(song, await samples(song));
    await expect(replaced({ jobId: accepted.id, sectionIndex: CHORUS, seed: 1 })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('made in one render') as string,
    });
  });

  it('is refused with every field that its engine cannot serve, and with the place in the lyrics', async () => {
    const bad = songRequest({
      engine: 'tones',
      outputFormats: [SongFormat.MIDI],
      lyrics: `[verse]\n${'la '.repeat(90)}`,
    });
    await expect(submitSong(stack, bad)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('request.output_formats: names MIDI') as string,
    });
    const long = Array.from({ length: 210 }, (_, line) => `la la ${line}`).join('\n');
    await expect(
      submitSong(stack, { ...bad, outputFormats: [], lyrics: `[verse]\n${long}`, bpm: 240 }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/request\.lyrics: line 202, column 1: tones takes 200/) as string,
    });
    await expect(submitSong(stack, songRequest({ segmented: false }))).rejects.toMatchObject({
      message: expect.stringContaining('embedded makes sections only') as string,
    });
  });

  it('says by field what a section cannot be replaced with', async () => {
    const { id } = await submitSong(stack, songRequest());
    await endedSong(stack, id);
    await expect(replaced({ jobId: id, sectionIndex: 9 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(
        /section_index: must be 0 to 3.*lyrics: are missing, and so are style and seed/,
      ) as string,
    });
    const lyrics = 'so many words that nobody can sing them in the few bars there are\nand more of them\n'.repeat(4);
    await expect(replaced({ jobId: id, sectionIndex: CHORUS, lyrics })).rejects.toMatchObject({
      message: expect.stringMatching(/lyrics: take \d+ bars .* the section has \d+; shorten them/) as string,
    });
    await expect(replaced({ jobId: id, sectionIndex: CHORUS, lyrics: 'la\n[verse]\nla' })).rejects.toMatchObject({
      message: expect.stringContaining('line 2, column 1: a tag stands among the lines') as string,
    });
    await expect(replaced({ jobId: 'song_01m80ke8wevdrg9gb7qqvqr2t7', seed: 1 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it(
    'goes on after kill -9 without asking its engine for anything twice',
    async () => {
      const request = songRequest({ engine: 'tones', outputFormats: SOUNDS });
      const undisturbed = digestsOf((await generateSong(stack, request)).song);
      const earlier = engine.begun.length;
      const { id } = await submitSong(stack, request);
      const watch = watchingJob(stack.framesong.music.jobs, id);
      await watch.seen(({ message }) => /^section 1 of/.test(message));
      await watch.seen(({ message }) => /^verse: [1-9]/.test(message));
      await stack.music.end('SIGKILL');
      await stack.restartMusic();
      expect((await watch.all).at(-1)!.state).toBe(JobState.SUCCEEDED);
      // Each section was begun once: the one that was at work went on and was joined.
      const begun = engine.begun.slice(earlier);
      expect(begun).toHaveLength(SECTIONS);
      expect(new Set(begun).size).toBe(SECTIONS);
      expect(digestsOf(songOf(await endedSong(stack, id)))).toEqual(undisturbed);
    },
    SLOW_MS,
  );

  it(
    'makes only the section anew whose engine went away',
    async () => {
      const { id } = await submitSong(stack, songRequest({ engine: 'tones', outputFormats: SOUNDS }));
      const watch = watchingJob(stack.framesong.music.jobs, id);
      await watch.seen(({ message }) => /^section 1 of/.test(message));
      const first = engine.begun.slice(-2);
      const port = Number(engine.address.split(':')[1]);
      await engine[Symbol.asyncDispose]();
      engine = await startToneEngine({ pauseMs: PAUSE_MS, port });
      expect((await watch.all).at(-1)!.state).toBe(JobState.SUCCEEDED);
      const finished = first.filter((renderId) => renderId.includes('-1-'));
      expect(finished).toHaveLength(1);
      expect(engine.begun).not.toContain(finished[0]);
      expect(engine.begun).toHaveLength(SECTIONS - 1);
      expect((await endedSong(stack, id)).attempts).toBe(1);
    },
    SLOW_MS,
  );
});

/** The largest difference that the gain does not explain, outside the samples from `stretch[0]` to `stretch[1]`. */
function farthestOutside(before: StereoPcm, after: StereoPcm, gainDb: number, stretch: readonly number[]): number {
  const gain = 10 ** (gainDb / 20);
  const [from = 0, to = 0] = stretch.map(Math.round);
  let farthest = 0;
  for (const side of ['left', 'right'] as const) {
    for (let at = 0; at < before[side].length; at++) {
      if (at >= from && at < to) continue;
      farthest = max(farthest, abs(after[side][at]! - before[side][at]! * gain));
    }
  }
  return farthest;
}

function expectLoudness(song: Song, pcm: StereoPcm): void {
  const { integratedLufs, truePeakDbtp } = measureLoudness(pcm, SAMPLE_RATE_HZ);
  expect(Math.abs(integratedLufs + 14)).toBeLessThanOrEqual(0.5);
  expect(truePeakDbtp).toBeLessThanOrEqual(-1);
  expect(song.loudnessLufs).toBeCloseTo(integratedLufs, 1);
}
