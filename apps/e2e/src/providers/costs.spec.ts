import { EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import { OrderState } from '@framesong/contracts/job/v1/cost';
import { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { JobState, Outcome, type Job } from '@framesong/contracts/job/v1/job';
import { createCommandLine } from '../testing/command-line.ts';
import { eventually } from '../testing/eventually.ts';
import { ended, failure, frameOf, jobNow, submit } from '../testing/first-frames.ts';
import { frameRequest, inline } from '../testing/frame-requests.ts';
import { nothingLeft } from '../testing/leftovers.ts';
import { drawScene } from '../testing/pictures.ts';
import { startStack, type Stack } from '../testing/stack.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 90_000;
const SYNC = 'nano-banana-pro-light-i2i';
const UNPRICED = 'flux-2-dev';

describe('what a first frame costs', () => {
  let stack: Stack;
  let jiekou: Emulator;
  let scene: Buffer;
  const request = (changes = {}) =>
    frameRequest({ scene: inline(scene), provider: 'jiekou', model: SYNC, seed: undefined, ...changes });
  const as = (tenant: string) => ({ metadata: { 'framesong-tenant': tenant } });
  const usd = (amount: string) => ({ currency: 'USD', amount });

  beforeAll(async () => {
    scene = await drawScene();
    jiekou = await startEmulator(EMULATORS['jiekou']!);
    stack = await startStack({
      FRAMESONG_JIEKOU_BASE_URL: jiekou.url,
      FRAMESONG_JIEKOU_API_KEY: jiekou.key,
      FRAMESONG_JIEKOU_PRICES: `${SYNC}=0.05`,
      FRAMESONG_SPENDING_DAY_LIMIT: '0.15 USD',
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

  const spending = () =>
    stack.framesong.imageGeneration.jobs.getSpending({ startTime: undefined, endTime: undefined, allTenants: false });
  const effective = ({ effectiveRequest }: Job) => FirstFrameRequest.decode(effectiveRequest!.value);

  it(
    'is told before it is made, and after; what nobody knows is at risk; what would go over a limit is not ordered',
    async () => {
      // Before, and after.
      const accepted = await submit(stack, request({ maxCost: usd('0.5') }));
      expect(accepted.cost).toMatchObject({ estimate: usd('0.05'), maxCost: usd('0.5') });
      expect(effective(accepted).maxCost).toEqual(usd('0.5'));
      const made = await ended(stack, accepted.id);
      expect(frameOf(made).providerCall).toMatchObject({ billedImages: 1 });
      expect(made.cost).toMatchObject({
        totals: [{ currency: 'USD', spent: '0.05', atRisk: '0' }],
        orders: [{ provider: 'jiekou', model: SYNC, state: OrderState.SETTLED, actual: usd('0.05') }],
      });

      // Killed while the provider hangs.
      jiekou.faults.replace([{ kind: 'hang', times: 1 }]);
      const asked = jiekou.next('order');
      const hung = await submit(stack, request());
      await asked;
      expect((await jobNow(stack, hung.id)).cost?.orders).toMatchObject([{ state: OrderState.RESERVED }]);
      await stack.imageGeneration.end('SIGKILL');
      await stack.restartImageGeneration();
      const failed = await eventually(
        'the end of the job',
        () => jobNow(stack, hung.id),
        ({ state }) => state === JobState.FAILED,
      );
      expect(failed).toMatchObject({ outcome: Outcome.SENT_UNKNOWN });
      expect(failed.cost).toMatchObject({
        totals: [{ spent: '0', atRisk: '0.05' }],
        orders: [{ state: OrderState.AT_RISK, estimate: usd('0.05') }],
      });
      expect(await spending()).toMatchObject({
        totals: [{ currency: 'USD', spent: '0.05', atRisk: '0.05' }],
        models: [{ provider: 'jiekou', model: SYNC, orders: 2 }],
        atRisk: [{ jobId: hung.id }],
        limits: [{ currency: 'USD', amount: '0.15', spent: '0.05', atRisk: '0.05' }],
      });

      // What is refused costs nothing.
      jiekou.faults.replace([{ kind: 'unauthorized', times: 1 }]);
      const refused = await ended(stack, (await submit(stack, request())).id);
      expect(refused.cost).toMatchObject({ totals: [], orders: [{ state: OrderState.RELEASED }] });

      // A retry by a person is one more order; then nothing fits.
      await stack.framesong.imageGeneration.jobs.retryJob({ jobId: hung.id });
      const retried = await ended(stack, hung.id);
      expect(retried.cost).toMatchObject({
        totals: [{ spent: '0.05', atRisk: '0.05' }],
        orders: [{ state: OrderState.AT_RISK }, { state: OrderState.SETTLED }],
      });
      // What the provider charges for, and nothing else, is in the ledger.
      expect(jiekou.paid.all).toHaveLength(3);
      const orders = jiekou.seen.length;
      expect(await failure(submit(stack, request()))).toMatchObject({
        code: 'RESOURCE_EXHAUSTED',
        reason: 'SPENDING_LIMIT',
        outcome: 'not_sent',
        metadata: { limit: 'day', spent: '0.1', at_risk: '0.05', cost: '0.05' },
        localized: {
          message: expect.stringMatching(/^The limit on spending of 0.15 USD is reached: 0.1 is spent/) as unknown,
        },
      });
      expect(jiekou.seen).toHaveLength(orders);
      // A fallback that costs less is asked, and the provider is not.
      const fallbackProviders = [{ provider: 'embedded', model: '' }];
      const avoided = frameOf(await ended(stack, (await submit(stack, request({ fallbackProviders }))).id));
      expect(avoided.tried).toMatchObject([{ provider: 'jiekou', reason: 'SPENDING_LIMIT' }, { provider: 'embedded' }]);
      expect(jiekou.seen).toHaveLength(orders);
      // The embedded engine costs nothing and goes on; so do other tenants.
      const free = await ended(stack, (await submit(stack, request({ provider: '', model: '' }))).id);
      expect(free).toMatchObject({ state: JobState.SUCCEEDED, cost: undefined });
      expect((await submit(stack, request(), as('bert'))).cost?.estimate).toEqual(usd('0.05'));

      // The totals outlive the job, and the command line tells them.
      await stack.framesong.imageGeneration.jobs.deleteJob({ jobId: hung.id });
      const cli = createCommandLine(stack.dataFolder, { imageGeneration: stack.imageGeneration.address });
      const { stdout, exitCode } = await cli.run('jobs', 'spending', '--service', 'image');
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(new RegExp(`image +jiekou +${SYNC} +3 +USD +0.1 +0.05`));
      expect(stdout).toMatch(/image +day +USD +0.15 +0.1 +0.05/);
      expect(stdout).toContain(hung.id);
      const shown = await cli.run('jobs', 'get', accepted.id);
      expect(shown.stdout).toMatch(/expected cost +0.05 USD, at most 0.5 USD/);
      expect(shown.stdout).toMatch(/order +jiekou nano-banana-pro-light-i2i, 0.05 USD, made/);
      await nothingLeft(stack);
    },
    SLOW_MS,
  );

  it('is refused without a paid call when it is more than the request allows, or when nobody knows it', async () => {
    const cases = [
      [{ maxCost: usd('0.04') }, 'SPENDING_LIMIT', 'max_cost of the request'],
      [{ maxCost: { currency: 'CNY', amount: '5' } }, 'PRICE_IN_OTHER_CURRENCY', 'give max_cost in USD'],
      [{ candidates: 4 }, 'SPENDING_LIMIT', 'would cost 0.2 USD'],
      [{ model: UNPRICED }, 'PRICE_UNKNOWN', `FRAMESONG_JIEKOU_PRICES=${UNPRICED}=PRICE`],
      [{ maxCost: usd('1,5') }, 'INVALID_REQUEST', 'request.max_cost'],
    ] as const;
    const calls = jiekou.seen.length;
    for (const [changes, reason, words] of cases) {
      const refused = await failure(submit(stack, request(changes), as('carl')));
      expect(refused).toMatchObject({ reason, message: expect.stringContaining(words) as unknown });
    }
    expect(jiekou.seen).toHaveLength(calls);
  });

  it('may be allowed more for a frame than for its previews, which need not be made again', async () => {
    const asked = request({
      provider: '',
      model: '',
      preview: { enabled: false, requireConfirmation: true },
      maxCost: usd('0.01'),
    });
    const { id } = await submit(stack, asked, as('dora'));
    const { jobs, rpc } = stack.framesong.imageGeneration;
    await jobs.waitJob({ jobId: id }, as('dora'));
    const confirm = (maxCost?: { readonly currency: string; readonly amount: string }) =>
      rpc.confirmFirstFrame(
        { jobId: id, candidate: 1, provider: 'jiekou', model: SYNC, requestId: '', labels: new Map(), priority: 0, maxCost, size: undefined }, // prettier-ignore
        as('dora'),
      );
    expect(await failure(confirm())).toMatchObject({
      reason: 'SPENDING_LIMIT',
      metadata: { limit: 'job', limit_amount: '0.01', cost: '0.05' },
    });
    expect(await failure(confirm(usd('x')))).toMatchObject({ violations: [{ field: 'max_cost' }] });
    const { job } = await confirm(usd('0.05'));
    expect(job!.cost).toMatchObject({ estimate: usd('0.05'), maxCost: usd('0.05') });
  });
});
