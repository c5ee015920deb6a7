import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { JobState, type Job } from '@framesong/contracts/job/v1/job';
import { EstimateBasis } from '@framesong/contracts/job/v1/outlook';
import { ReuseOutcome, type CacheOptions } from '@framesong/contracts/job/v1/reuse';
import { durationOfMs } from '@framesong/rpc';
import { ended, failure, frameOf, jobNow, submit } from './testing/first-frames.ts';
import { frameRequest, inline } from './testing/frame-requests.ts';
import { nothingLeft } from './testing/leftovers.ts';
import { drawScene } from './testing/pictures.ts';
import { startStack, type Stack } from './testing/stack.ts';
import { watching } from './testing/watching.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 90_000;
const OTHER_TENANT = { metadata: { 'framesong-tenant': 'somebody-else' } };
const READ: CacheOptions = { read: true, allowSimilar: 0, anySeed: false };

describe('the result of an earlier frame', () => {
  let stack: Stack;
  let scene: Buffer;
  beforeAll(async () => {
    scene = await drawScene();
    // The same references are prepared each time: a frozen compression service then holds up a job.
    stack = await startStack({ FRAMESONG_IMAGE_REFERENCE_CACHE: '0' });
  }, SLOW_MS);
  afterAll(() => stack[Symbol.asyncDispose](), SLOW_MS);
  afterEach(() => nothingLeft(stack));

  const request = (changes: Partial<FirstFrameRequest>) => frameRequest({ scene: inline(scene), ...changes });
  const make = async (changes: Partial<FirstFrameRequest>) => ended(stack, (await submit(stack, request(changes))).id);
  const digestOf = (job: Job) => frameOf(job).image!.digest;

  it(
    'is returned at once to an equal request that allows it, within the tenant, as long as its files are there',
    async () => {
      const first = await make({ seed: 1 });
      expect(first.reuse).toBeUndefined();
      expect(first.timeouts).toEqual([
        expect.objectContaining({
          stage: 'generate_content compositor',
          timeout: durationOfMs(180_000),
          basis: EstimateBasis.DEFAULT,
          why: '0 of 20 durations that are needed are known, so the ceiling',
        }),
      ]);
      const shot = { ...request({}).shot!, id: 'another name' };
      const again = await submit(stack, request({ seed: 1, shot, labels: new Map([['take', '2']]), cache: READ }));
      expect(again).toMatchObject({
        state: JobState.SUCCEEDED,
        attempts: 0,
        reuse: { outcome: ReuseOutcome.HIT, jobId: first.id, distance: 0 },
      });
      expect(digestOf(again)).toBe(digestOf(first));

      const ofOther = await submit(stack, request({ seed: 1, cache: READ }), OTHER_TENANT);
      expect(ofOther.reuse).toMatchObject({ outcome: ReuseOutcome.MISS, jobId: '' });

      const anySeed = await submit(stack, request({ seed: undefined, cache: { ...READ, anySeed: true } }));
      expect(FirstFrameRequest.decode(anySeed.effectiveRequest!.value).seed).toBe(1);
      const noSeed = await make({ seed: undefined, cache: READ });
      expect(noSeed.reuse!.outcome).toBe(ReuseOutcome.MISS);

      await removeFile(join(stack.dataFolder, 'artifacts/image'), digestOf(first));
      const made = await make({ seed: 1, cache: READ });
      expect(made.reuse!.outcome).toBe(ReuseOutcome.MISS);
      expect(digestOf(made)).toBe(digestOf(first));
    },
    SLOW_MS,
  );

  it(
    'for other words is returned only when that is allowed, and tells how far they are',
    async () => {
      const shot = request({}).shot!;
      const first = await make({ seed: 2 });
      const words = { ...shot, prompt: 'a road in the HILLS, at dawn' };
      const similar = await submit(stack, request({ seed: 2, shot: words, cache: { ...READ, allowSimilar: 0.2 } }));
      expect(similar).toMatchObject({
        state: JobState.SUCCEEDED,
        reuse: { outcome: ReuseOutcome.HIT, jobId: first.id, distance: expect.closeTo(1 / 7) as number },
      });
      expect(FirstFrameRequest.decode(similar.effectiveRequest!.value).shot!.prompt).toBe(shot.prompt);
      const strict = await make({ seed: 2, shot: words, cache: READ });
      expect(strict.reuse!.outcome).toBe(ReuseOutcome.MISS);
    },
    SLOW_MS,
  );

  it(
    'is shared while it is made: through a crash, and by each until it is cancelled',
    async () => {
      // Frozen, so that the first stays under way.
      process.kill(stack.compression.pid, 'SIGSTOP');
      const first = await submit(stack, request({ seed: 3 }));
      const watch = watching(stack, first.id);
      await watch.seen(({ stage }) => stage === 'prepare references');
      const followers = await Promise.all(
        Array.from({ length: 3 }, () => submit(stack, request({ seed: 3, cache: READ }))),
      );
      for (const { reuse } of followers) {
        expect(reuse).toMatchObject({ outcome: ReuseOutcome.COALESCED, jobId: first.id });
      }
      await stack.framesong.imageGeneration.jobs.cancelJob({ jobId: followers[0]!.id, reason: 'not needed' });
      await stack.imageGeneration.end('SIGKILL');
      process.kill(stack.compression.pid, 'SIGCONT');
      await stack.restartImageGeneration();
      await watch.all;
      const made = await jobNow(stack, first.id);
      const shared = await Promise.all(followers.slice(1).map(({ id }) => ended(stack, id)));
      for (const job of shared) expect(job).toMatchObject({ state: JobState.SUCCEEDED, attempts: 0 });
      expect(shared.map(digestOf)).toEqual([digestOf(made), digestOf(made)]);
      expect((await jobNow(stack, followers[0]!.id)).state).toBe(JobState.CANCELLED);
    },
    SLOW_MS,
  );

  it('is not promised by options that contradict each other: every fault is told', async () => {
    const cache = { read: false, allowSimilar: 0.9, anySeed: true };
    const error = await failure(submit(stack, request({ seed: 4, cache })));
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.violations.map(({ field, description }) => `${field} ${description}`)).toEqual([
      'request.cache.allow_similar must be 0 to 0.5, is 0.9',
      'request.cache.allow_similar has no effect without cache.read; set it too',
      'request.cache.any_seed has no effect without cache.read; set it too',
      'request.cache.any_seed and a seed exclude each other; leave one of them out',
    ]);
  });
});

/** Takes away the stored bytes of an artifact, as a lost disk would. */
async function removeFile(folder: string, digest: string): Promise<void> {
  const name = digest.slice('sha256:'.length);
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = files.filter((file) => file.isFile() && join(file.parentPath, file.name).includes(name));
  expect(found.length).toBeGreaterThan(0);
  for (const file of found) await rm(join(file.parentPath, file.name));
}
