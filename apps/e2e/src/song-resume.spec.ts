import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JobState, type JobEvent } from '@framesong/contracts/job/v1/job';
import { SongFormat } from '@framesong/contracts/music/v1/song';
import { eventually } from './testing/eventually.ts';
import { noSongLeft } from './testing/music-leftovers.ts';
import { startMusicStack, type MusicStack } from './testing/music-stack.ts';
import { descendantsOf, isAlive } from './testing/processes.ts';
import { digestsOf, endedSong, songOf, songRequest, submitSong } from './testing/songs.ts';
import { watchingJob, type Watching } from './testing/watching.ts';

/** Making a song takes seconds, and on a busy machine many. */
const SLOW_MS = 120_000;
const SECTIONS = 4;

/** A moment of a song at which its service is killed, and how many of its sections are finished then at least and at most. */
interface Moment {
  readonly name: string;
  readonly reached: (watch: Watching) => Promise<unknown>;
  readonly finished: readonly [number, number];
}

const SECTION_DONE = /^section \d of \d is rendered/;
const SECTION_GOES_ON = /^[a-z]+: \d/;
const MOMENTS: readonly Moment[] = [
  {
    name: 'a section is being rendered after another one is finished',
    reached: async (watch) => {
      await watch.seen(({ message }) => SECTION_DONE.test(message));
      // Progress of a section: it is in the middle of its sound.
      await watch.seen((event) => isAfterFirstSection(event, watch.events) && SECTION_GOES_ON.test(event.message));
    },
    finished: [1, SECTIONS - 1],
  },
  {
    name: 'one section is just finished and the next begins',
    reached: (watch) => watch.seen(({ message }) => SECTION_DONE.test(message)),
    finished: [1, SECTIONS - 1],
  },
  {
    name: 'the sections are being joined',
    reached: (watch) => watch.seen(({ stage }) => stage === 'join sections'),
    finished: [SECTIONS, SECTIONS],
  },
];

describe('a song whose service was killed', () => {
  let stack: MusicStack;
  let undisturbed: readonly string[];
  const request = songRequest({ outputFormats: [SongFormat.WAV, SongFormat.MP3, SongFormat.LRC] });

  beforeAll(async () => {
    // One at a time, so that there is a moment between two sections.
    stack = await startMusicStack({ FRAMESONG_WORKER_PROCESSES: '1' });
    const song = songOf(await endedSong(stack, (await submitSong(stack, request)).id));
    expect(song.sections).toHaveLength(SECTIONS);
    undisturbed = digestsOf(song);
  }, SLOW_MS);
  afterAll(() => stack[Symbol.asyncDispose]());
  afterEach(() => noSongLeft(stack));

  it.each(MOMENTS)(
    'while $name goes on after what was finished, and has the bytes of an undisturbed one',
    async ({ reached, finished }) => {
      const renderedEarlier = sectionsRendered(stack);
      const { id } = await submitSong(stack, request);
      const watch = watchingJob(stack.framesong.music.jobs, id);
      await reached(watch);
      const workers = descendantsOf(stack.music.pid).map(({ pid }) => pid);
      await stack.music.end('SIGKILL');
      expect(watch.events.at(-1)!.state).toBe(JobState.RUNNING);
      await eventually('the end of its workers', () => workers.filter(isAlive), (alive) => alive.length === 0); // prettier-ignore
      const told = watch.events.filter(({ message }) => SECTION_DONE.test(message)).length;
      const rendered = sectionsRendered(stack) - renderedEarlier;
      expect(told).toBeGreaterThanOrEqual(finished[0]);
      expect(rendered).toBeLessThanOrEqual(finished[1]);

      await stack.restartMusic();
      const events = await watch.all;
      expect(events.at(-1)!.state).toBe(JobState.SUCCEEDED);
      expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
      const percents = events.map(({ percent }) => percent);
      expect(percents).toEqual(percents.toSorted((a, b) => a - b));

      // What was told to be finished is not done again. One may have been rendered and not yet be noted as finished.
      expect(sectionsRendered(stack)).toBeLessThanOrEqual(SECTIONS - told);
      expect(sectionsRendered(stack)).toBeGreaterThanOrEqual(SECTIONS - rendered);
      const done = await endedSong(stack, id);
      expect(done).toMatchObject({ attempts: 2, lastSequence: BigInt(events.length) });
      expect(digestsOf(songOf(done))).toEqual(undisturbed);
    },
    SLOW_MS,
  );

  it(
    'gives the same bytes when what was rendered is lost with the disk',
    async () => {
      const { id } = await submitSong(stack, request);
      const watch = watchingJob(stack.framesong.music.jobs, id);
      await watch.seen(({ message }) => SECTION_DONE.test(message));
      await stack.music.end('SIGKILL');
      await rm(join(stack.dataFolder, 'work/music'), { recursive: true });
      await stack.restartMusic();
      expect((await watch.all).at(-1)!.state).toBe(JobState.SUCCEEDED);
      expect(digestsOf(songOf(await endedSong(stack, id)))).toEqual(undisturbed);
    },
    SLOW_MS,
  );

  it(
    'goes on after its finished sections when the service is stopped in order',
    async () => {
      const { id } = await submitSong(stack, request);
      const watch = watchingJob(stack.framesong.music.jobs, id);
      await watch.seen(({ message }) => SECTION_DONE.test(message));
      await stack.music.end('SIGTERM');
      const told = watch.events.filter(({ message }) => SECTION_DONE.test(message)).length;
      await stack.restartMusic();
      const events = await watch.all;
      expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
      expect(sectionsRendered(stack)).toBeLessThanOrEqual(SECTIONS - told);
      expect(digestsOf(songOf(await endedSong(stack, id)))).toEqual(undisturbed);
    },
    SLOW_MS,
  );
});

/** How many sections the running process has rendered. */
function sectionsRendered({ music }: MusicStack): number {
  return music.log.filter(({ msg }) => /^render section$/.test(String(msg))).length;
}

function isAfterFirstSection({ sequence }: JobEvent, events: readonly JobEvent[]): boolean {
  const first = events.find(({ message }) => SECTION_DONE.test(message));
  return first !== undefined && sequence > first.sequence;
}
