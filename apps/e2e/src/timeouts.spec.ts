import { JobState, type Job } from '@framesong/contracts/job/v1/job';
import { EstimateBasis } from '@framesong/contracts/job/v1/outlook';
import { msOfDuration } from '@framesong/rpc';
import { ended, frameOf, submit } from './testing/first-frames.ts';
import { frameRequest, inline } from './testing/frame-requests.ts';
import { nothingLeft } from './testing/leftovers.ts';
import { drawScene } from './testing/pictures.ts';
import { descendantsOf } from './testing/processes.ts';
import { startStack, type Stack } from './testing/stack.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 120_000;
/** So many durations make a history. */
const ENOUGH = 20;

describe('a timeout from history', () => {
  let stack: Stack;
  let scene: Buffer;
  beforeAll(async () => {
    scene = await drawScene();
    // One process, so that the next task goes to the one that is frozen.
    stack = await startStack({ FRAMESONG_WORKER_PROCESSES: '1', FRAMESONG_IMAGE_TIMEOUT_FLOOR: '3s' });
  }, SLOW_MS);
  afterAll(() => stack[Symbol.asyncDispose](), SLOW_MS);

  it(
    'is kept over a restart, told with its reason, and notices a worker that hangs, whose frame is then made by another',
    async () => {
      const request = (seed: number) => frameRequest({ scene: inline(scene), seed });
      const submitted = await Promise.all(Array.from({ length: ENOUGH }, (_, seed) => submit(stack, request(seed))));
      const first = await Promise.all(submitted.map(({ id }) => ended(stack, id)));
      expect(timeoutOf(first[0]!)).toMatchObject({ basis: EstimateBasis.DEFAULT, timeoutMs: 180_000 });

      await stack.imageGeneration.end('SIGTERM');
      await stack.restartImageGeneration();
      const undisturbed = await ended(stack, (await submit(stack, request(100))).id);
      const usual = timeoutOf(undisturbed);
      expect(usual).toMatchObject({ basis: EstimateBasis.HISTORY, samples: ENOUGH });
      expect(usual.timeoutMs).toBeLessThan(180_000);
      expect(usual.why).toMatch(/^p98 .* s x 2 of 20 durations/);

      const frozen = descendantsOf(stack.imageGeneration.pid).map(({ pid }) => pid);
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
      const { id } = await submit(stack, request(100));
      const job = await ended(stack, id);
      expect(job.state).toBe(JobState.SUCCEEDED);
      expect(frameOf(job).image).toEqual(frameOf(undisturbed).image);
      // The second try of the same run was given twice the time.
      expect(job.attempts).toBe(1);
      expect(timeoutOf(job).why).toContain('doubled for 1 timeouts in a row');
      const now = descendantsOf(stack.imageGeneration.pid).map(({ pid }) => pid);
      expect(now.filter((pid) => frozen.includes(pid))).toEqual([]);
      await nothingLeft(stack);
    },
    SLOW_MS,
  );
});

function timeoutOf({ timeouts }: Job) {
  const { timeout, ...told } = timeouts.find(({ stage }) => stage === 'generate_content compositor')!;
  return { ...told, timeoutMs: msOfDuration(timeout)! };
}
