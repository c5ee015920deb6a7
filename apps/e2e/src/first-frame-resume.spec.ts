import { JobState } from '@framesong/contracts/job/v1/job';
import { ended, frameOf, jobNow, submit } from './testing/first-frames.ts';
import { byUrl, character, frameRequest, inline } from './testing/frame-requests.ts';
import { nothingLeft } from './testing/leftovers.ts';
import { startPictureServer, type PictureServer } from './testing/picture-server.ts';
import { drawFigure, drawScene } from './testing/pictures.ts';
import type { RunningService } from './testing/service.ts';
import { startStack, type Stack } from './testing/stack.ts';
import { watching } from './testing/watching.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 90_000;

describe('a first frame whose service was killed', () => {
  let stack: Stack;
  let pictures: PictureServer;
  let figure: Buffer;

  beforeAll(async () => {
    figure = await drawFigure();
    pictures = await startPictureServer(await drawScene());
    stack = await startStack({
      FRAMESONG_REFERENCE_HTTP: 'true',
      FRAMESONG_REFERENCE_ALLOW: pictures.host,
      // The same references are prepared each time.
      FRAMESONG_IMAGE_REFERENCE_CACHE: '0',
    });
  }, SLOW_MS);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await pictures[Symbol.asyncDispose]();
  }, SLOW_MS);

  it(
    'while a reference was compressed goes on after what was fetched, and has the bytes of an undisturbed one',
    async () => {
      const request = frameRequest({
        scene: byUrl(pictures.url('/picture')),
        characters: [character('mei', inline(figure))],
      });
      const undisturbed = frameOf(await ended(stack, (await submit(stack, request)).id));
      const fetchesBefore = fetches(stack.imageGeneration);

      // Frozen, so that the call is under way for as long as it takes to kill its caller.
      process.kill(stack.compression.pid, 'SIGSTOP');
      const { id } = await submit(stack, request);
      const watch = watching(stack, id);
      await watch.seen(({ stage }) => stage === 'prepare references');
      await stack.imageGeneration.end('SIGKILL');
      process.kill(stack.compression.pid, 'SIGCONT');
      expect(fetches(stack.imageGeneration)).toBe(fetchesBefore + 1);
      expect(watch.events.at(-1)!.state).toBe(JobState.RUNNING);

      await stack.restartImageGeneration();
      const events = await watch.all;
      expect(events.at(-1)!.state).toBe(JobState.SUCCEEDED);
      expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
      const percents = events.map(({ percent }) => percent);
      expect(percents).toEqual(percents.toSorted((a, b) => a - b));
      expect(fetches(stack.imageGeneration)).toBe(0);
      const done = await jobNow(stack, id);
      expect(done).toMatchObject({ attempts: 2, lastSequence: BigInt(events.length) });
      const frame = frameOf(done);
      expect(frame.image).toEqual(undisturbed.image);
      expect(frame.references).toEqual(undisturbed.references);
      await nothingLeft(stack);
    },
    SLOW_MS,
  );
});

/** How often a process has fetched the references of a job. */
function fetches({ log }: RunningService): number {
  return log.filter(({ msg }) => msg === 'fetch references').length;
}
