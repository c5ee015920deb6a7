import { EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import { JobState, Outcome } from '@framesong/contracts/job/v1/job';
import { errorOfRpcStatus } from '@framesong/rpc';
import sharp from 'sharp';
import { downloaded } from '../testing/downloaded.ts';
import { eventually } from '../testing/eventually.ts';
import { ended, failure, failureOfSubmitted, frameOf, generate, jobNow, submit } from '../testing/first-frames.ts';
import { character, frameRequest, inline } from '../testing/frame-requests.ts';
import { nothingLeft } from '../testing/leftovers.ts';
import { drawFigure, drawScene } from '../testing/pictures.ts';
import { startStack, type Stack } from '../testing/stack.ts';
import { watching } from '../testing/watching.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 90_000;
const SYNC = 'nano-banana-pro-light-i2i';
const ASYNC = 'flux-2-dev';

describe('a first frame that a provider makes', () => {
  let stack: Stack;
  let jiekou: Emulator;
  let scene: Buffer;
  let figure: Buffer;
  const request = (model: string, changes = {}) =>
    frameRequest({
      scene: inline(scene),
      characters: [{ ...character('mei', inline(figure)), name: 'Mei' }],
      provider: 'jiekou',
      model,
      size: { width: 640, height: 360 },
      ...changes,
    });

  beforeAll(async () => {
    [scene, figure] = await Promise.all([drawScene(), drawFigure()]);
    jiekou = await startEmulator(EMULATORS['jiekou']!);
    stack = await startStack({
      FRAMESONG_JIEKOU_BASE_URL: jiekou.url,
      FRAMESONG_JIEKOU_API_KEY: jiekou.key,
      FRAMESONG_IMAGE_WORKERS: '4',
    });
  }, SLOW_MS);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await jiekou.close();
  }, SLOW_MS);
  beforeEach(() => {
    jiekou.paid.clear();
    jiekou.faults.replace([]);
  });

  it('is offered by the models that take references', async () => {
    const { models } = await stack.framesong.imageGeneration.rpc.listImageModels({});
    expect(models[0]).toMatchObject({ provider: 'embedded', generative: false });
    const offered = models.filter(({ provider }) => provider === 'jiekou').map(({ model }) => model);
    expect(offered).toEqual(expect.arrayContaining([SYNC, ASYNC, 'seedream-4.5']));
    expect(offered).not.toContain('nano-banana-2');
  });

  it('can be checked without buying anything', async () => {
    const { rpc } = stack.framesong.imageGeneration;
    expect(await rpc.checkProvider({ provider: 'jiekou' })).toMatchObject({ checked: 'access' });
    expect(await failure(rpc.checkProvider({ provider: 'openai' }))).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('FRAMESONG_<NAME>_API_KEY') as unknown,
    });
    expect(jiekou.paid.all).toEqual([]);
  });

  it('is asked for with scene and characters in their order, and brought to exactly the wanted size', async () => {
    const frame = await generate(stack, request(''));
    expect(frame).toMatchObject({
      provider: 'jiekou',
      engine: `jiekou ${SYNC}`,
      size: { width: 640, height: 360 },
      providerCall: { fit: 'crop_and_downscale', billedImages: 1 },
    });
    expect(Object.fromEntries(frame.providerCall!.sizeParameters)).toEqual({ size: '16x9', quality: '1k' });
    const { format, width, height } = await sharp(await downloaded(stack, frame.image!.digest)).metadata();
    expect({ format, width, height }).toEqual({ format: 'png', width: 640, height: 360 });
    const [order, ...more] = jiekou.paid.all;
    expect(more).toEqual([]);
    expect(order!.prompt).toMatch(/^Image 1 is the scene[^\n]*\nImage 2 is Mei[^\n]*\nA road in the hills/);
    const prepared = frame.references.map((reference) => reference.prepared!.digest.slice('sha256:'.length));
    expect(order!.referenceDigests).toEqual(prepared);
  });

  it('is refused before anything is bought when the model takes fewer characters', async () => {
    const characters = ['a', 'b', 'c', 'd'].map((id) => character(id, inline(figure)));
    const error = await failureOfSubmitted(stack, request(ASYNC, { characters }));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'request.shot.character_ids' }] });
    expect(jiekou.paid.all).toEqual([]);
  });

  it(
    'is not bought again when the service was killed while it waited for the answer; a retry by a person does',
    async () => {
      jiekou.faults.replace([{ kind: 'hang', times: 1 }]);
      const asked = jiekou.next('order');
      const { id } = await submit(stack, request(SYNC));
      const watch = watching(stack, id);
      await asked;
      await stack.imageGeneration.end('SIGKILL');
      await stack.restartImageGeneration();
      await watch.all;
      const failed = await ended(stack, id);
      expect(failed).toMatchObject({ state: JobState.FAILED, outcome: Outcome.SENT_UNKNOWN });
      expect(errorOfRpcStatus(failed.error!)).toMatchObject({ code: 'UNAVAILABLE', reason: 'ORDER_INTERRUPTED' });
      expect(jiekou.paid.all).toHaveLength(1);

      await stack.framesong.imageGeneration.jobs.retryJob({ jobId: id });
      expect(frameOf(await ended(stack, id)).provider).toBe('jiekou');
      expect(jiekou.paid.all).toHaveLength(2);
      await nothingLeft(stack);
    },
    SLOW_MS,
  );

  it(
    'is taken up again by the id of its task when the service was killed, and paid for once',
    async () => {
      jiekou.faults.replace([{ kind: 'stuck_status', on: 'poll' }]);
      const { id } = await submit(stack, request(ASYNC));
      const watch = watching(stack, id);
      await watch.seen(({ message }) => message.startsWith('TASK_STATUS'));
      await stack.imageGeneration.end('SIGKILL');
      jiekou.faults.replace([]);
      await stack.restartImageGeneration();
      await watch.all;
      expect(frameOf(await ended(stack, id))).toMatchObject({ engine: `jiekou ${ASYNC}` });
      expect(jiekou.paid.all).toHaveLength(1);
      await nothingLeft(stack);
    },
    SLOW_MS,
  );

  it('that is cancelled leaves no request open, and tells that it may have been charged for', async () => {
    jiekou.faults.replace([{ kind: 'hang', times: 1 }]);
    const asked = jiekou.next('order');
    const { id } = await submit(stack, request(SYNC));
    const order = await asked;
    await stack.framesong.imageGeneration.jobs.cancelJob({ jobId: id, reason: '' });
    expect(await order.ended).toBe('left');
    const told = await eventually(
      'how money stands',
      () => jobNow(stack, id),
      ({ outcome }) => outcome !== Outcome.UNSPECIFIED,
    );
    expect(told).toMatchObject({ state: JobState.CANCELLED, outcome: Outcome.SENT_UNKNOWN });
    expect(jiekou.pending).toBe(0);
  });

  it.each([
    ['unauthorized', 'FAILED_PRECONDITION', Outcome.REJECTED],
    ['server_error', 'UNAVAILABLE', Outcome.SENT_UNKNOWN],
  ] as const)('whose order meets %s says how money stands, and is not bought again', async (kind, code, outcome) => {
    jiekou.faults.replace([{ kind }]);
    const orders = () => jiekou.seen.filter(({ purpose }) => purpose === 'order').length;
    const before = orders();
    const { id } = await submit(stack, request(SYNC));
    const failed = await ended(stack, id);
    expect(failed).toMatchObject({ state: JobState.FAILED, outcome });
    expect(errorOfRpcStatus(failed.error!)).toMatchObject({ code, metadata: { provider: 'jiekou' } });
    expect(orders() - before).toBe(1);
    expect(JSON.stringify(stack.imageGeneration.log)).not.toContain(jiekou.key);
  });
});
