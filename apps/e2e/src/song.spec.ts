import { measureLoudness, SAMPLE_RATE_HZ } from '@framesong/composer';
import { JobState, ProgressSource, type JobEvent } from '@framesong/contracts/job/v1/job';
import { ReuseOutcome } from '@framesong/contracts/job/v1/reuse';
import { SongFormat, SongRequest } from '@framesong/contracts/music/v1/song';
import { errorOfRpcStatus } from '@framesong/rpc';
import { eventually } from './testing/eventually.ts';
import { noSongLeft } from './testing/music-leftovers.ts';
import { startMusicStack, type MusicStack } from './testing/music-stack.ts';
import { descendantsOf } from './testing/processes.ts';
import {
  digestsOf,
  endedSong,
  generateSong,
  instrumental,
  songFile,
  songOf,
  songRequest,
  submitSong,
  type GeneratedSong,
} from './testing/songs.ts';
import { linesOfLrc, samplesOfWav, tempoOfMidi } from './testing/sound-files.ts';
import { watchingJob } from './testing/watching.ts';

const LYRICS = '[verse]\nthe light is low\nthe road is long\n[chorus]\nwe find the way\n';
/** Making a song takes seconds, and on a busy machine many. */
const SLOW_MS = 90_000;
const ALL_FORMATS = [
  SongFormat.WAV,
  SongFormat.FLAC,
  SongFormat.MP3,
  SongFormat.MIDI,
  SongFormat.LRC,
  SongFormat.OGG,
  SongFormat.OPUS,
];

describe('a song', () => {
  let stack: MusicStack;
  // A song has more sections than the pool takes at once.
  beforeAll(async () => {
    stack = await startMusicStack({ FRAMESONG_WORKER_QUEUE: '1' });
  }, SLOW_MS);
  afterAll(() => stack[Symbol.asyncDispose]());
  afterEach(() => noSongLeft(stack));

  describe('with lyrics', () => {
    let made: GeneratedSong;
    let files: Buffer[];
    beforeAll(async () => {
      made = await generateSong(stack, songRequest({ lyrics: LYRICS, outputFormats: ALL_FORMATS }));
      files = await Promise.all(ALL_FORMATS.map((format) => songFile(stack, made.song, format)));
    }, SLOW_MS);

    it('is as long as it was planned, to the sample', () => {
      const { song, accepted } = made;
      const planned = SongRequest.decode(accepted.effectiveRequest!.value).duration;
      expect(song.duration).toEqual(planned);
      const { left } = samplesOfWav(files[0]!);
      expect(left).toHaveLength(Math.round(secondsOf(song.duration) * SAMPLE_RATE_HZ));
      const ends = song.sections.map(({ start, duration }) => secondsOf(start) + secondsOf(duration));
      expect(song.sections.slice(1).map(({ start }) => secondsOf(start))).toEqual(
        ends.slice(0, -1).map((end) => expect.closeTo(end, 6) as unknown),
      );
      expect(song.sections.map(({ tag }) => tag)).toEqual(expect.arrayContaining(['verse', 'chorus']));
      expect(song.sections.find(({ tag }) => tag === 'verse')!.syllables).toBe(8);
    });

    it('is at -14 LUFS with peaks below -1 dBTP, as its bytes say and as it says', () => {
      const { integratedLufs, truePeakDbtp } = measureLoudness(samplesOfWav(files[0]!), SAMPLE_RATE_HZ);
      expect(Math.abs(integratedLufs + 14)).toBeLessThanOrEqual(0.5);
      expect(truePeakDbtp).toBeLessThanOrEqual(-1);
      expect(made.song.loudnessLufs).toBeCloseTo(integratedLufs, 1);
      expect(made.song.truePeakDbtp).toBeCloseTo(truePeakDbtp, 1);
    });

    it('comes in the formats that were asked for, in their order, each what it is called', () => {
      expect(made.song.files.map(({ format }) => format)).toEqual(ALL_FORMATS);
      expect(made.song.files.map(({ artifact }) => artifact!.mediaType)).toEqual([
        'audio/wav',
        'audio/flac',
        'audio/mpeg',
        'audio/midi',
        'application/lrc',
        'audio/ogg',
        'audio/ogg; codecs=opus',
      ]);
      expect(made.song.files.map(({ artifact }) => Number(artifact!.sizeBytes))).toEqual(
        files.map(({ length }) => length),
      );
      const [wav, flac, mp3, midi, , ogg, opus] = files.map((file) => file.subarray(0, 4).toString('latin1'));
      expect([wav, flac, midi, ogg, opus]).toEqual(['RIFF', 'fLaC', 'MThd', 'OggS', 'OggS']);
      expect(mp3).toMatch(/^(ID3|\xff[\xe0-\xff])/);
    });

    it('has its lines in order in the LRC file, and its tempo in the MIDI file', () => {
      const lines = linesOfLrc(files[4]!);
      expect(lines.map(({ text }) => text)).toEqual(['the light is low', 'the road is long', 'we find the way']);
      expect(lines.map(({ seconds }) => seconds)).toEqual(
        lines.map(({ seconds }) => seconds).toSorted((a, b) => a - b),
      );
      const [verse, chorus] = ['verse', 'chorus'].map((tag) => made.song.sections.find((one) => one.tag === tag)!);
      expect(lines[0]!.seconds).toBeGreaterThanOrEqual(secondsOf(verse!.start) - 0.01);
      expect(lines[2]!.seconds).toBeGreaterThanOrEqual(secondsOf(chorus!.start) - 0.01);
      expect(tempoOfMidi(files[3]!)).toBe(Math.round(60_000_000 / made.song.bpm));
    });

    it('says that the composer made it, and nowhere that a model did', async () => {
      expect(made.song.engine).toMatch(/^framesong-composer \d/);
      expect(files[4]!.toString()).toContain('framesong-composer');
      const told = [made.song.engine, ...made.song.warnings, ...files.map((file) => file.toString('latin1'))];
      for (const text of told) expect(text).not.toMatch(/\bmodel\b|\bAI\b.generated/);
      const { models } = await stack.framesong.music.rpc.listMusicModels({});
      expect(models[0]).toMatchObject({ engine: 'embedded', generative: false });
    });

    it('is the same, byte for byte, when it is asked for again, and another with another seed', async () => {
      const again = await generateSong(stack, songRequest({ lyrics: LYRICS, outputFormats: ALL_FORMATS }));
      expect(again.accepted.id).not.toBe(made.accepted.id);
      expect(digestsOf(again.song)).toEqual(digestsOf(made.song));
      const [one, other] = [
        await generateSong(stack, instrumental(5)),
        await generateSong(stack, instrumental(5, { seed: 8 })),
      ];
      expect(digestsOf(other.song)).not.toEqual(digestsOf(one.song));
    });

    it('tells of its progress in numbered events that only go forward, measured while it renders', () => {
      expectInOrder(made.events);
      const rendering = made.events.filter(({ stage, message }) => stage === 'render sections' && message);
      expect(rendering.length).toBeGreaterThanOrEqual(made.song.sections.length);
      expect(rendering.every(({ percentSource }) => percentSource === ProgressSource.MEASURED)).toBe(true);
      expect(made.events.at(-1)).toMatchObject({ state: JobState.SUCCEEDED, percent: 100 });
    });
  });

  it('without lyrics is as long as was asked for, and has no lines', async () => {
    const { song } = await generateSong(stack, instrumental(6, { outputFormats: [SongFormat.WAV] }));
    expect(Math.abs(secondsOf(song.duration) - 6)).toBeLessThanOrEqual(4);
    expect(song.sections.every(({ syllables }) => syllables === 0)).toBe(true);
    const { left } = samplesOfWav(await songFile(stack, song, SongFormat.WAV));
    expect(left).toHaveLength(Math.round(secondsOf(song.duration) * SAMPLE_RATE_HZ));
  });

  it('tells the tempo, the key and the seed that were chosen, and is the same song with them', async () => {
    const chosen = await submitSong(stack, instrumental(5, { seed: undefined, style: 'epic' }));
    const effective = SongRequest.decode(chosen.effectiveRequest!.value);
    expect(effective.bpm).toBeGreaterThanOrEqual(40);
    expect(effective.key).toMatch(/^[A-G][#b]? [a-z]+$/);
    expect(effective.seed).toEqual(expect.any(Number));
    const song = songOf(await endedSong(stack, chosen.id));
    expect(song).toMatchObject({ bpm: effective.bpm, key: effective.key, seed: effective.seed });
    const again = await generateSong(stack, { ...effective, labels: new Map() });
    expect(digestsOf(again.song)).toEqual(digestsOf(song));
  });

  it('is made once for a request id, by whatever call it is asked for', async () => {
    const request = instrumental(5, { requestId: 'once', seed: undefined });
    const { id } = await submitSong(stack, request);
    const { accepted, song } = await generateSong(stack, request);
    expect(accepted.id).toBe(id);
    expect(songOf(await endedSong(stack, (await submitSong(stack, request)).id))).toEqual(song);
  });

  it('that is cancelled while it renders ends within a second, and leaves its workers to the next', async () => {
    const { id } = await submitSong(stack, instrumental(240));
    const watch = watchingJob(stack.framesong.music.jobs, id);
    await watch.seen(({ message }) => /^\w+: \d/.test(message));
    const busy = () => descendantsOf(stack.music.pid);
    const cancelledAt = performance.now();
    await stack.framesong.music.jobs.cancelJob({ jobId: id, reason: 'another idea' });
    const events = await watch.all;
    expect(performance.now() - cancelledAt).toBeLessThan(1_000);
    expectInOrder(events);
    expect(events.at(-1)!.state).toBe(JobState.CANCELLED);
    expect(errorOfRpcStatus((await endedSong(stack, id)).error!)).toMatchObject({
      code: 'CANCELLED',
      message: 'another idea',
    });
    await eventually('all workers', busy, (seen) => seen.length === 3);
    expect((await generateSong(stack, instrumental(5))).song.files).toHaveLength(1);
  });

  it('whose caller goes away is cancelled with it', async () => {
    const giveUp = new AbortController();
    const { signal } = giveUp;
    const calls = stack.framesong.music.rpc.generateSong(
      { request: instrumental(240), detachOnDisconnect: false },
      { signal, timeoutMs: 60_000 },
    );
    let id = '';
    await expect(
      (async () => {
        for await (const { part } of calls) {
          if (part?.$case === 'accepted') ({ id } = part.value);
          if (part?.$case === 'event' && part.value.stage === 'render sections') giveUp.abort();
        }
      })(),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await endedSong(stack, id)).state).toBe(JobState.CANCELLED);
  });

  it(
    'that is like an earlier one is that one where the request allows it, and comes with the request that it was made for',
    async () => {
      const first = await endedSong(stack, (await submitSong(stack, songRequest({ seed: 5 }))).id);
      const again = await submitSong(
        stack,
        songRequest({ seed: 5, cache: { read: true, allowSimilar: 0, anySeed: false } }),
      );
      expect(again).toMatchObject({ state: JobState.SUCCEEDED, reuse: { jobId: first.id } });
      const changes = { seed: undefined, lyrics: '[verse]\nthe light is low\n[chorus]\nwe lost the way\n' };
      const cache = { read: true, allowSimilar: 0.3, anySeed: true };
      const similar = await submitSong(stack, songRequest({ ...changes, cache }));
      expect(similar.reuse!.outcome).toBe(ReuseOutcome.HIT);
      expect(similar.reuse!.distance).toBeGreaterThan(0);
      expect(digestsOf(songOf(similar))).toEqual(digestsOf(songOf(first)));
      const { seed, lyrics } = SongRequest.decode(similar.effectiveRequest!.value);
      expect({ seed, lyrics }).toEqual({ seed: 5, lyrics: songRequest().lyrics });
      expect(songOf(similar).seed).toBe(5);
    },
    SLOW_MS,
  );

  describe('checked by its lyrics', () => {
    const checked = (lyrics: string) => stack.framesong.music.rpc.validateLyrics({ lyrics });

    it('is told section by section when they can be sung', async () => {
      expect(await checked(LYRICS)).toEqual({
        faults: [],
        sections: [
          { tag: 'verse', lines: 2, syllables: 8 },
          { tag: 'chorus', lines: 1, syllables: 4 },
        ],
        warnings: [],
        songGeneration: '[verse] the light is low. the road is long. ; [chorus] we find the way.',
        aceStep: '[Verse]\nthe light is low\nthe road is long\n\n[Chorus]\nwe find the way',
      });
      expect((await checked('[主歌]\n月亮出来了\n')).sections).toEqual([{ tag: 'verse', lines: 1, syllables: 5 }]);
    });

    it('names every fault with line and column', async () => {
      const { faults, sections } = await checked('[verse]\nla la\n  [kazoo]\nla\n[chorus]\n\n月亮\u0007\n[verse');
      expect(sections).toEqual([]);
      expect(faults.map(({ line, column }) => [line, column])).toEqual([
        [3, 3],
        [7, 3],
        [8, 1],
      ]);
      const [unknown, control, open] = faults.map(({ description }) => description);
      expect(unknown).toMatch(/\[kazoo\] is not a known tag; use one of .*verse/);
      expect(control).toMatch(/control character U\+0007 is not allowed; delete it/);
      expect(open).toMatch(/not closed on this line; write it as \[verse\]/);
    });
  });
});

function expectInOrder(events: readonly JobEvent[]): void {
  expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
  const percents = events.map(({ percent }) => percent);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
}

function secondsOf(duration: { readonly seconds: bigint; readonly nanos: number } | undefined): number {
  return Number(duration!.seconds) + duration!.nanos / 1e9;
}
