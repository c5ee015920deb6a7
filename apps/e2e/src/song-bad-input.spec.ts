import { watchJob } from '@framesong/client';
import { JobState } from '@framesong/contracts/job/v1/job';
import { SongFormat, type SongRequest } from '@framesong/contracts/music/v1/song';
import type { FramesongError } from '@framesong/errors';
import { failure } from './testing/first-frames.ts';
import { musicFilesInProgress, noSongLeft } from './testing/music-leftovers.ts';
import { startMusicStack, type MusicStack } from './testing/music-stack.ts';
import { endedSong, generateSong, instrumental, songRequest, submitSong } from './testing/songs.ts';

/** Starting on a busy machine takes its time. */
const SLOW_MS = 90_000;

describe('a song that cannot be made', () => {
  let stack: MusicStack;
  beforeAll(async () => {
    stack = await startMusicStack();
  }, SLOW_MS);
  afterAll(() => stack[Symbol.asyncDispose]());
  // Whatever was wrong: no job was made of it, and no file is left.
  afterEach(() => noSongLeft(stack));

  const jobs = () => stack.framesong.music.jobs;
  const countJobs = async () => {
    const list = { pageSize: 500, pageToken: '', states: [], labels: new Map<string, string>() };
    return (await jobs().listJobs(list)).jobs.length;
  };

  /** Both ways to ask refuse it at once and alike, and nothing comes of it. */
  async function refused(request: SongRequest): Promise<FramesongError> {
    const before = await countJobs();
    const submitted = await failure(submitSong(stack, request));
    const attached = await failure(generateSong(stack, request));
    expect(attached).toMatchObject({ code: submitted.code, message: submitted.message });
    expect(attached.violations).toEqual(submitted.violations);
    expect(await countJobs()).toBe(before);
    expect(musicFilesInProgress(stack.dataFolder)).toEqual([]);
    return submitted;
  }

  const LYRICS = 'request.lyrics';
  const cases: readonly (readonly [string, Partial<SongRequest>, string, RegExp])[] = [
    [
      'a tag is unknown',
      { lyrics: '[verse]\nla la\n  [kazoo]\nla\n' },
      LYRICS,
      /^line 3, column 3: \[kazoo\] is not a known tag; use one of .*chorus/,
    ],
    [
      'a verse has nothing to sing',
      { lyrics: '[verse]\n[chorus]\nla la\n' },
      LYRICS,
      /^line 1, column 1: \[verse\] has nothing to sing; write a line under it/,
    ],
    [
      'the lyrics are 300 KB long',
      { lyrics: 'la '.repeat(100_000) },
      LYRICS,
      /have 300000 bytes, at most 65536 \(64 KiB\) are taken; shorten/,
    ],
    [
      'the lyrics hold control characters',
      { lyrics: '[verse]\nla \u0000la\n' },
      LYRICS,
      /^line 2, column 4: control character U\+0000 is not allowed; delete it/,
    ],
    [
      'the lyrics take too long',
      { lyrics: '[verse]\n' + 'la la la la\n'.repeat(800), bpm: 40 },
      LYRICS,
      /limit is 600 s/,
    ],
    [
      'it is to be 0 s long',
      { duration: { seconds: 0n, nanos: 0 } },
      'request.duration',
      /must be 5 s to 600 s, is 0 s; leave it out/,
    ],
    [
      'it is to be 3 hours long',
      { duration: { seconds: 10_800n, nanos: 0 } },
      'request.duration',
      /must be 5 s to 600 s, is 10800 s; leave it out/,
    ],
    ['it is to go at 900 beats per minute', { bpm: 900 }, 'request.bpm', /must be 40 to 240 .*is 900; leave it out/],
    ['it is to be in no key', { key: 'H moll' }, 'request.key', /must be a tonic and a mode, for example 'A minor'/],
    [
      'there are neither lyrics nor a duration',
      { lyrics: ' \n' },
      LYRICS,
      /are missing; write some, or set a duration for an instrumental/,
    ],
    ['its style is a novel', { style: 'x'.repeat(501) }, 'request.style', /has 501 characters, at most 500/],
    [
      'an instrumental is to have lyrics with times',
      { ...instrumental(5), outputFormats: [SongFormat.LRC] },
      'request.output_formats',
      /names LRC, which needs lyrics/,
    ],
    ['its format is unknown', { outputFormats: [99 as SongFormat] }, 'request.output_formats', /takes SONG_FORMAT_WAV/],
    [
      'it is to run for ever',
      { runTimeout: { seconds: 3601n, nanos: 0 } },
      'request.run_timeout',
      /1 s to (1 h|3600 s)/,
    ],
  ];
  it.each(cases)('names the field and what to do, when %s', async (_, changes, field, words) => {
    const error = await refused(songRequest(changes));
    expect(error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field, description: expect.stringMatching(words) as unknown }],
    });
    expect(error.message).toContain(field);
  });

  it('names all its faults at once, those of the lyrics too', async () => {
    const error = await refused(
      songRequest({
        lyrics: '[kazoo]\nla\n[chorus]\n',
        duration: { seconds: 1n, nanos: 0 },
        bpm: 900,
        key: 'H moll',
        engine: 'nobody',
        requestId: 'not/allowed',
        priority: 101,
        labels: new Map([['', 'x']]),
        expireTime: new Date(0),
        outputFormats: [99 as SongFormat],
      }),
    );
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.violations.map(({ field }) => field).toSorted()).toEqual([
      'request.bpm',
      'request.duration',
      'request.engine',
      'request.expire_time',
      'request.key',
      'request.labels',
      'request.lyrics',
      'request.lyrics',
      'request.output_formats',
      'request.priority',
      'request.request_id',
    ]);
  });

  it('lists the engines, when it is to be made by an unknown one', async () => {
    const error = await refused(songRequest({ engine: 'nobody' }));
    expect(error).toMatchObject({ code: 'NOT_FOUND', resource: { type: 'engine', name: 'nobody' } });
    expect(error.message).toMatch(/there is embedded; ListMusicModels/);
  });

  it('says that there is no request', async () => {
    const error = await failure(stack.framesong.music.rpc.submitSong({ request: undefined }));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'request' }] });
  });

  it('names the limit of a message, when the lyrics are larger than one', async () => {
    const error = await failure(submitSong(stack, songRequest({ lyrics: 'la '.repeat(200_000) })));
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.message).toMatch(/524288|512 ?K/);
  });

  it('says so of lyrics that are only to be checked', async () => {
    const error = await failure(stack.framesong.music.rpc.validateLyrics({ lyrics: 'la '.repeat(100_000) }));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'lyrics' }] });
    expect(error.message).toMatch(/64 KiB/);
  });

  it('because it was cancelled is watched to its final event, and not beyond', async () => {
    const { id } = await submitSong(stack, instrumental(240));
    await jobs().cancelJob({ jobId: id, reason: '' });
    const events = await Array.fromAsync(watchJob(jobs(), id));
    expect(events.at(-1)!.state).toBe(JobState.CANCELLED);
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
    const after = BigInt(events.length + 1);
    const error = await failure(Array.fromAsync(jobs().watchJob({ jobId: id, afterSequence: after })));
    expect(error).toMatchObject({ code: 'OUT_OF_RANGE', metadata: { last_sequence: String(events.length) } });
    expect((await endedSong(stack, id)).lastSequence).toBe(BigInt(events.length));
  });

  it('does no harm: the next one is made', async () => {
    const { song } = await generateSong(stack, instrumental(5));
    expect(song.files).toHaveLength(1);
  });
});
