import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { uploadArtifact, type ArtifactClient } from '@framesong/client';
import { JobState } from '@framesong/contracts/job/v1/job';
import type { FramesongError } from '@framesong/errors';
import { errorOfRpcStatus } from '@framesong/rpc';
import { ended, failure, frameOf, submit } from './testing/first-frames.ts';
import { frameRequest, inline } from './testing/frame-requests.ts';
import { musicFilesInProgress, noSongLeft } from './testing/music-leftovers.ts';
import { startMusicStack, type MusicStack } from './testing/music-stack.ts';
import { drawScene } from './testing/pictures.ts';
import { makeSmallDisk, type SmallDisk } from './testing/small-disk.ts';
import { endedSong, instrumental, songOf, submitSong } from './testing/songs.ts';
import { startStack, type Stack } from './testing/stack.ts';
import { watchingJob } from './testing/watching.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 90_000;

describe('the data folder', () => {
  let disk: SmallDisk;
  let stack: Stack;
  let musicStack: MusicStack;
  let scene: Buffer;

  const parts = new AsyncDisposableStack();

  beforeAll(async () => {
    disk = parts.use(await makeSmallDisk());
    scene = await drawScene();
    stack = parts.use(await startStack(disk.environment));
    musicStack = parts.use(await startMusicStack(disk.environment));
  }, SLOW_MS);
  // Also what was made before a start failed: a disk that stays mounted would take memory for ever.
  afterAll(() => parts.disposeAsync(), SLOW_MS);

  const stores = (): [string, ArtifactClient][] => [
    ['image-generation', stack.framesong.imageGeneration.artifacts],
    ['music', musicStack.framesong.music.artifacts],
  ];
  // New content each time: what is stored already needs no space.
  const frame = () => frameRequest({ scene: inline(Buffer.concat([scene, randomBytes(8)])) });
  const song = () => instrumental(5, { seed: randomBytes(4).readUInt32BE() });

  /** Every way in that stores something, with what it fails with. */
  async function failures(): Promise<FramesongError[]> {
    return Promise.all([
      ...stores().map(([, artifacts]) => failure(writeOnce(artifacts, randomBytes(100_000)))),
      failure(submit(stack, frame())),
      failure(submitSong(musicStack, song())),
    ]);
  }

  /** The same ways, without a restart. */
  async function expectAllWorks(): Promise<void> {
    for (const [, artifacts] of stores())
      expect((await uploadArtifact(artifacts, randomBytes(1000))).digest).toBeTruthy();
    expect(frameOf(await ended(stack, (await submit(stack, frame())).id)).image).toBeDefined();
    expect(songOf(await endedSong(musicStack, (await submitSong(musicStack, song())).id)).files).toHaveLength(1);
    await noSongLeft(musicStack, disk.folder);
  }

  it(
    'that is full is named to whoever would store something, and is used again once there is space',
    async () => {
      await disk.fill();
      for (const error of await failures()) {
        expect(error).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'STORAGE_FULL', retryAfterMs: 60_000 });
        expect(error.message).toMatch(/is full: free space or choose another with FRAMESONG_DATA_DIR/);
      }
      expect(musicFilesInProgress(disk.folder)).toEqual([]);
      await disk.free();
      await expectAllWorks();
    },
    SLOW_MS,
  );

  it(
    'that fills up while a song is rendered ends that song clearly, and leaves nothing of it',
    async () => {
      const { id } = await submitSong(musicStack, instrumental(20));
      await watchingJob(musicStack.framesong.music.jobs, id).seen(({ stage }) => stage === 'render sections');
      await disk.fill();
      const { state, error } = await endedSong(musicStack, id);
      await disk.free();
      expect(state).toBe(JobState.FAILED);
      const told = errorOfRpcStatus(error!);
      expect(told).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'STORAGE_FULL' });
      expect(told.message).toMatch(/is full: free space or choose another with FRAMESONG_DATA_DIR/);
      await noSongLeft(musicStack, disk.folder);
      await expectAllWorks();
    },
    SLOW_MS,
  );

  it(
    'that cannot be written is named to whoever would store something, and is used again once it can',
    async () => {
      await disk.makeReadOnly();
      const errors = await failures();
      // What is there can still be read, and looked at.
      expect((await musicStack.framesong.music.rpc.validateLyrics({ lyrics: 'la la' })).faults).toEqual([]);
      await disk.makeWritable();
      for (const error of errors) {
        expect(error).toMatchObject({
          code: 'FAILED_PRECONDITION',
          reason: expect.stringMatching(/^STORAGE_/) as unknown,
        });
        expect(error.message).toMatch(/cannot be (written|used as a folder).* choose another with FRAMESONG_DATA_DIR/);
      }
      await expectAllWorks();
    },
    SLOW_MS,
  );
});

/** WriteArtifact as an upload that is not to be resumed. */
async function writeOnce(artifacts: ArtifactClient, bytes: Buffer): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const parts = [
    { part: { $case: 'header' as const, value: { mediaType: 'image/png', uploadId: '', offset: 0n } } },
    { part: { $case: 'chunk' as const, value: bytes } },
    { part: { $case: 'commit' as const, value: { sizeBytes: BigInt(bytes.length), sha256 } } },
  ];
  await artifacts.writeArtifact(Readable.from(parts)[Symbol.asyncIterator]() as AsyncGenerator<(typeof parts)[number]>);
}
