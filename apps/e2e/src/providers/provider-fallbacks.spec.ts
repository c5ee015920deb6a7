import { EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { JobState, Outcome } from '@framesong/contracts/job/v1/job';
import { durationOfMs, errorOfRpcStatus } from '@framesong/rpc';
import { ended, failure, frameOf, generate, submit } from '../testing/first-frames.ts';
import { character, frameRequest, inline } from '../testing/frame-requests.ts';
import { nothingLeft } from '../testing/leftovers.ts';
import { drawFigure, drawScene } from '../testing/pictures.ts';
import { startStack, type Stack } from '../testing/stack.ts';
import { watching } from '../testing/watching.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 90_000;
const ARK = 'doubao-seedream-4-0-250828';
const ASYNC = 'flux-2-dev';

describe('fallback providers of a first frame', () => {
  let stack: Stack;
  let jiekou: Emulator;
  let ark: Emulator;
  let scene: Buffer;
  let figure: Buffer;
  /** Ark is asked for, with these to follow. */
  const request = (fallbacks: readonly string[], changes: Partial<FirstFrameRequest> = {}) =>
    frameRequest({
      scene: inline(scene),
      characters: [character('mei', inline(figure))],
      provider: 'ark',
      fallbackProviders: fallbacks.map((name) => {
        const [provider = '', model = ''] = name.split('/');
        return { provider, model };
      }),
      size: { width: 320, height: 180 },
      ...changes,
    });
  const orders = ({ seen }: Emulator) => seen.filter(({ purpose }) => purpose === 'order').length;

  beforeAll(async () => {
    [scene, figure] = await Promise.all([drawScene(), drawFigure()]);
    [jiekou, ark] = await Promise.all([startEmulator(EMULATORS['jiekou']!), startEmulator(EMULATORS['ark']!)]);
    stack = await startStack({
      FRAMESONG_JIEKOU_BASE_URL: jiekou.url,
      FRAMESONG_JIEKOU_API_KEY: jiekou.key,
      FRAMESONG_ARK_BASE_URL: `${ark.url}/api/v3`,
      FRAMESONG_ARK_API_KEY: ark.key,
      FRAMESONG_IMAGE_WORKERS: '4',
    });
  }, SLOW_MS);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await Promise.all([jiekou.close(), ark.close()]);
  }, SLOW_MS);
  beforeEach(() => {
    for (const { paid, faults } of [jiekou, ark]) {
      paid.clear();
      faults.replace([]);
    }
  });

  it('are asked in their order while nothing was charged, and the frame tells who was', async () => {
    ark.faults.replace([{ kind: 'unauthorized' }]);
    jiekou.faults.replace([{ kind: 'no_balance', times: 1 }]);
    const { job, frame } = await made(request(['jiekou', `jiekou/${ASYNC}`, 'embedded']));
    expect(frame).toMatchObject({ provider: 'jiekou', engine: `jiekou ${ASYNC}`, size: { width: 320, height: 180 } });
    expect(frame.tried).toEqual([
      expect.objectContaining({ provider: 'ark', model: ARK, status: 'FAILED_PRECONDITION', reason: 'PROVIDER_KEY_REFUSED', outcome: Outcome.REJECTED }), // prettier-ignore
      expect.objectContaining({ provider: 'jiekou', reason: 'PROVIDER_BALANCE', outcome: Outcome.REJECTED }),
      expect.objectContaining({ provider: 'jiekou', model: ASYNC, status: 'OK', reason: '', message: '', outcome: Outcome.UNSPECIFIED }), // prettier-ignore
    ]);
    for (const { time } of frame.tried) expect(Number(time!.seconds) * 1e9 + time!.nanos).toBeGreaterThan(0);
    expect([ark.paid.all.length, jiekou.paid.all.length]).toEqual([0, 1]);
    const effective = FirstFrameRequest.decode(job.effectiveRequest!.value);
    expect(effective.fallbackProviders.map(({ provider }) => provider)).toEqual(['jiekou', 'jiekou', 'embedded']);
  });

  it('may end with the embedded engine, which costs nothing', async () => {
    ark.faults.replace([{ kind: 'forbidden' }]);
    const frame = await generate(stack, request(['embedded']));
    expect(frame.engine).toMatch(/^framesong-compositor/);
    expect(frame).toMatchObject({ provider: 'embedded', tried: [{ provider: 'ark' }, { status: 'OK' }] });
    expect(ark.paid.all).toEqual([]);
  });

  it.each([
    ['may have been charged for', 'server_error', Outcome.SENT_UNKNOWN],
    ['was charged for', 'expired_url', Outcome.BILLED],
    ['finds fault with the request', 'bad_request', Outcome.REJECTED],
  ] as const)('are not asked after an order that %s', async (_, kind, outcome) => {
    ark.faults.replace([{ kind, on: kind === 'expired_url' ? 'result' : 'order' }]);
    const before = orders(jiekou);
    const failed = await ended(stack, (await submit(stack, request(['jiekou', 'embedded']))).id);
    expect(failed).toMatchObject({ state: JobState.FAILED, outcome });
    expect(errorOfRpcStatus(failed.error!).metadata['tried']).toMatch(new RegExp(`^ark/${ARK} [^;]*$`));
    expect(orders(jiekou) - before).toBe(0);
  });

  it('that all fail are named by the error, and a retry by a person begins with the first', async () => {
    ark.faults.replace([{ kind: 'unauthorized', times: 1 }]);
    jiekou.faults.replace([{ kind: 'no_balance' }]);
    const { id } = await submit(stack, request(['jiekou']));
    const failed = await ended(stack, id);
    expect(failed).toMatchObject({ state: JobState.FAILED, outcome: Outcome.REJECTED });
    const error = errorOfRpcStatus(failed.error!);
    expect(error).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'PROVIDER_BALANCE' });
    expect(error.message).toContain(`after ark/${ARK} could not be asked`);
    expect(error.metadata['tried']).toMatch(
      /^ark\/\S+ FAILED_PRECONDITION PROVIDER_KEY_REFUSED rejected \d+ ms; jiekou/,
    );
    await stack.framesong.imageGeneration.jobs.retryJob({ jobId: id });
    expect(frameOf(await ended(stack, id))).toMatchObject({ provider: 'ark', tried: [{ status: 'OK' }] });
  });

  it('are left out when the time that is left is too short for an order', async () => {
    ark.faults.replace([{ kind: 'unauthorized' }]);
    const short = request(['jiekou'], { runTimeout: durationOfMs(15_000) });
    const before = orders(jiekou);
    const failed = await ended(stack, (await submit(stack, short)).id);
    const error = errorOfRpcStatus(failed.error!);
    expect(error).toMatchObject({ reason: 'PROVIDER_KEY_REFUSED', outcome: 'rejected' });
    expect(error.message).toContain('too little time was left for jiekou/');
    expect(orders(jiekou) - before).toBe(0);
  });

  it(
    'go on with the same one after a crash, and it is paid for once',
    async () => {
      ark.faults.replace([{ kind: 'unauthorized' }]);
      jiekou.faults.replace([{ kind: 'stuck_status', on: 'poll' }]);
      const { id } = await submit(stack, request([`jiekou/${ASYNC}`]));
      const watch = watching(stack, id);
      await watch.seen(({ message }) => message.startsWith('TASK_STATUS'));
      const askedBefore = orders(ark);
      await stack.imageGeneration.end('SIGKILL');
      jiekou.faults.replace([]);
      ark.faults.replace([]);
      await stack.restartImageGeneration();
      await watch.all;
      const frame = frameOf(await ended(stack, id));
      expect(frame).toMatchObject({ engine: `jiekou ${ASYNC}`, tried: [{ provider: 'ark' }, { provider: 'jiekou' }] });
      expect(orders(ark)).toBe(askedBefore);
      expect(jiekou.paid.all).toHaveLength(1);
      await nothingLeft(stack);
    },
    SLOW_MS,
  );

  it('are asked at once while the first is left alone after its failures', async () => {
    ark.faults.replace([{ kind: 'server_error' }]);
    for (let count = 0; count < 5; count++) await ended(stack, (await submit(stack, request([]))).id);
    const before = orders(ark);
    const { frame } = await made(request(['jiekou']));
    expect(frame).toMatchObject({
      provider: 'jiekou',
      tried: [{ provider: 'ark', reason: 'PROVIDER_BREAKER_OPEN', outcome: Outcome.NOT_SENT }, { status: 'OK' }],
    });
    expect(orders(ark)).toBe(before);
  });

  it('are checked at the door, each for itself and all at once', async () => {
    const cast = ['a', 'b', 'c', 'd'].map((id) => character(id, inline(figure)));
    const faulty = request(['nobody', 'ark', `jiekou/${ASYNC}`], { characters: cast });
    expect(await failure(submit(stack, faulty))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [
        { field: 'request.fallback_providers[0]', description: expect.stringContaining('ListImageModels') as string },
        { field: 'request.fallback_providers[1]', description: expect.stringContaining('twice') as string },
        { field: 'request.fallback_providers[2]', description: expect.stringContaining('at most') as string },
      ],
    });
    const unneeded = request(['jiekou'], { provider: '' });
    expect(await failure(submit(stack, unneeded))).toMatchObject({
      violations: [{ field: 'request.fallback_providers' }],
    });
  });

  async function made(asked: FirstFrameRequest) {
    const job = await ended(stack, (await submit(stack, asked)).id);
    return { job, frame: frameOf(job) };
  }
});
