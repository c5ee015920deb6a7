import { measureLoudness, SAMPLE_RATE_HZ } from '@framesong/composer';
import { JobState, ProgressSource } from '@framesong/contracts/job/v1/job';
import { ReplaceSongSectionRequest } from '@framesong/contracts/music/v1/music_service';
import { SongFormat, type Song } from '@framesong/contracts/music/v1/song';
import { MUSIC_EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import { createCommandLine } from '../testing/command-line.ts';
import { noSongLeft } from '../testing/music-leftovers.ts';
import { startMusicStack, type MusicStack } from '../testing/music-stack.ts';
import { endedSong, generateSong, instrumental, songFile, songOf, songRequest, submitSong } from '../testing/songs.ts';
import { samplesOfWav } from '../testing/sound-files.ts';
import { watchingJob } from '../testing/watching.ts';

const SLOW_MS = 120_000;
const SECTIONS = 4;
const CHORUS = 2;
const SOUNDS = [SongFormat.WAV];

describe('a song of an engine over HTTP', () => {
  let stack: MusicStack;
  let aceStep: Emulator;
  let studio: Emulator;
  let wrapper: Emulator;
  const startAceStep = (port = 0) =>
    startEmulator(MUSIC_EMULATORS['ace-step']!, { port, key: 'ace', variants: { polls: '1' } });
  beforeAll(async () => {
    aceStep = await startAceStep();
    studio = await startEmulator(MUSIC_EMULATORS['songgeneration-studio']!, { variants: { polls: '1' } });
    wrapper = await startEmulator(MUSIC_EMULATORS['songgeneration-http']!, { latencyMs: 500 });
    stack = await startMusicStack({
      FRAMESONG_SONGGENERATION_HTTP_BASE_URL: wrapper.url,
      FRAMESONG_ACE_STEP_BASE_URL: aceStep.url,
      FRAMESONG_ACE_STEP_API_KEY: 'ace',
      FRAMESONG_SONGGENERATION_STUDIO_BASE_URL: studio.url,
    });
  }, SLOW_MS);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await aceStep.close();
    await studio.close();
    await wrapper.close();
  });
  afterEach(() => noSongLeft(stack));

  const expectLoudness = async (song: Song) => {
    const { integratedLufs, truePeakDbtp } = measureLoudness(
      samplesOfWav(await songFile(stack, song, SongFormat.WAV)),
      SAMPLE_RATE_HZ,
    );
    expect(Math.abs(integratedLufs + 14)).toBeLessThanOrEqual(0.5);
    expect(truePeakDbtp).toBeLessThanOrEqual(-1);
  };

  it(
    'is made by ACE-Step section by section, each after what it hears of the one before, and one is made anew between two',
    async () => {
      const { accepted, song, events } = await generateSong(
        stack,
        songRequest({ engine: 'ace-step', outputFormats: SOUNDS }),
      );
      expect(song.engine).toBe('ACE-Step acestep-v15-turbo');
      expect(song.warnings.join('\n')).toMatch(/ace-step does not tell its progress: it is estimated/);
      const rendering = events.filter(({ message }) => message.includes('percent, Generating'));
      expect(rendering.every(({ percentSource }) => percentSource === ProgressSource.ESTIMATED)).toBe(true);
      const heard = () => aceStep.paid.all.map(({ referenceDigests }) => referenceDigests.length);
      expect(heard()).toEqual([0, 1, 1, 1]);

      const { job } = await stack.framesong.music.rpc.replaceSongSection({
        ...ReplaceSongSectionRequest.fromPartial({}),
        jobId: accepted.id,
        sectionIndex: CHORUS,
        seed: 99,
      });
      const after = songOf(await endedSong(stack, job!.id));
      expect(heard()).toEqual([0, 1, 1, 1, 1]);
      const segments = (made: Song) => made.sections.map(({ artifact }) => artifact!.digest);
      expect(segments(after).map((digest, index) => digest === segments(song)[index])).toEqual([
        true,
        true,
        false,
        true,
      ]);
      await expectLoudness(after);
    },
    SLOW_MS,
  );

  it(
    'is not asked for twice when the service is killed while ACE-Step works',
    async () => {
      const earlier = aceStep.paid.all.length;
      const { id } = await submitSong(stack, songRequest({ engine: 'ace-step', outputFormats: SOUNDS, seed: 8 }));
      const watch = watchingJob(stack.framesong.music.jobs, id);
      await watch.seen(({ message }) => /^section 1 of/.test(message));
      while (aceStep.paid.all.length < earlier + 2) await aceStep.next('poll');
      await stack.music.end('SIGKILL');
      await stack.restartMusic();
      expect((await watch.all).at(-1)!.state).toBe(JobState.SUCCEEDED);
      expect(aceStep.paid.all).toHaveLength(earlier + SECTIONS);
    },
    SLOW_MS,
  );

  it(
    'is begun again where ACE-Step was restarted and has forgotten it, section by section',
    async () => {
      const { id } = await submitSong(stack, songRequest({ engine: 'ace-step', outputFormats: SOUNDS, seed: 9 }));
      const watch = watchingJob(stack.framesong.music.jobs, id);
      await watch.seen(({ message }) => /^section 1 of/.test(message));
      await aceStep.next('order');
      await aceStep.close();
      aceStep = await startAceStep(Number(new URL(aceStep.url).port));
      expect((await watch.all).at(-1)!.state).toBe(JobState.SUCCEEDED);
      // The first section was finished; the second was asked for before and after.
      expect(aceStep.paid.all).toHaveLength(SECTIONS - 1);
    },
    SLOW_MS,
  );

  it(
    'is made whole by SongGeneration Studio, and listed with what it can do',
    async () => {
      const request = songRequest({ engine: 'songgeneration-studio', outputFormats: SOUNDS });
      const { song } = await generateSong(stack, request);
      expect(song.engine).toBe('SongGeneration songgeneration_base_new');
      expect(song.warnings.join('\n')).toMatch(/songgeneration-studio makes the song in one render/);
      await expectLoudness(song);
      const { models } = await stack.framesong.music.rpc.listMusicModels({});
      expect(
        models.map(({ engine, sections, wholeSongs, repaints }) => ({ engine, sections, wholeSongs, repaints })),
      ).toEqual([
        { engine: 'embedded', sections: true, wholeSongs: false, repaints: false },
        { engine: 'ace-step', sections: true, wholeSongs: true, repaints: true },
        { engine: 'songgeneration-http', sections: false, wholeSongs: true, repaints: false },
        { engine: 'songgeneration-studio', sections: false, wholeSongs: true, repaints: false },
      ]);
    },
    SLOW_MS,
  );

  it('is refused at once where its engine could never make it: without words, or too long', async () => {
    const earlier = wrapper.seen.length;
    const engine = 'songgeneration-http';
    const refused = (description: RegExp) => ({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(description) as string,
    });
    await expect(submitSong(stack, instrumental(30, { engine }))).rejects.toMatchObject(
      refused(/request\.lyrics: are missing, and songgeneration-http makes nothing without words/),
    );
    const duration = { seconds: 180n, nanos: 0 };
    await expect(submitSong(stack, songRequest({ engine, duration, bpm: 0 }))).rejects.toMatchObject(
      refused(/request\.duration: the song takes \d+ s, at most 120 s are made by songgeneration-http/),
    );
    expect(wrapper.seen).toHaveLength(earlier);
  });

  it(
    'is begun again when the service is killed while the HTTP wrapper works, and not before that has ended: nobody can say which file it was',
    async () => {
      const ordered = wrapper.next('order');
      const request = songRequest({ engine: 'songgeneration-http', outputFormats: SOUNDS });
      const { id } = await submitSong(stack, request);
      await ordered;
      await stack.music.end('SIGKILL');
      await stack.restartMusic();
      const job = await endedSong(stack, id);
      expect(songOf(job).warnings.join('\n')).toMatch(
        /songgeneration-http does not tell its progress: it is estimated/,
      );
      const [first, second] = wrapper.paid.all;
      expect(wrapper.paid.all).toHaveLength(2);
      // The song has four paragraphs of half a second each.
      expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(1990);
    },
    SLOW_MS,
  );

  it('is not to be had of one that is away, which ListMusicModels and doctor tell by name', async () => {
    await studio.close();
    const { models } = await stack.framesong.music.rpc.listMusicModels({});
    expect(models.at(-1)).toMatchObject({
      engine: 'songgeneration-studio',
      unreachable: expect.stringContaining('songgeneration-studio cannot be reached') as string,
    });
    const cli = createCommandLine(stack.dataFolder, { music: stack.music.address });
    const { stdout } = await cli.run('doctor');
    expect(stdout).toMatch(
      /^good {2}music engines: embedded \(framesong-composer \S+\), ace-step \(ACE-Step acestep-v15-turbo\)/m,
    );
    expect(stdout).toMatch(
      /^BAD {3}engine songgeneration-studio: .*cannot be reached.*\n.*FRAMESONG_SONGGENERATION_STUDIO_BASE_URL/m,
    );
  });
});
