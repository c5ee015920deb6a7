import { FramesongError, type Outcome } from '@framesong/errors';
import { defineJob } from '../define-job.ts';
import type { Job } from '../job.ts';
import type { Jobs, OpenJobsOptions } from '../open-jobs.ts';
import type { ReuseTerms } from '../reuse/reuse-terms.ts';
import type { PaidOrder } from '../run/paid-order.ts';
import { recordSpans, type RecordedSpan } from '../testing/recorded-spans.ts';
import { recordCounts, type RecordedCount } from '../testing/recorded-counts.ts';
import { openTestJobs, soon, startTestPostgres, type TestPostgres } from '../testing/test-service.ts';
import type { Money } from './money.ts';

const usd = (amount: string): Money => ({ currency: 'USD', amount });
const cny = (amount: string): Money => ({ currency: 'CNY', amount });

interface Wanted {
  /** What each order is expected to cost; null when nobody knows. */
  readonly prices: readonly (Money | null)[];
}

/** What the provider of these tests answers, to the next order first: the cost that it tells, or an error. */
let answers: ((paid: PaidOrder) => Promise<{ readonly actual?: Money }>)[] = [];
let orders: PaidOrder[] = [];

const buying = defineJob<Wanted, unknown>({
  kind: 'buying.v1',
  idPrefix: 'frame',
  queue: 'images',
  async run(job) {
    const made = [];
    for (const [index, price] of job.input.prices.entries()) {
      const terms = {
        key: index === 0 ? '' : `candidate ${String(index + 1)}`,
        provider: 'ace-step',
        model: 'm',
        ...(price && { estimate: price }),
        actualOf: ({ actual }: { readonly actual?: Money }) => actual,
      };
      made.push(
        await job.orderOnce(terms, async (paid) => {
          orders.push(paid);
          return (await answers.shift()?.(paid)) ?? {};
        }),
      );
    }
    return made;
  },
});

const REUSE: ReuseTerms = {
  rest: 'the same',
  text: 'the same',
  seed: 1,
  anySeed: false,
  read: false,
  write: true,
  maxDistance: 0,
  isUsable: () => Promise.resolve(true),
};

function failing(outcome: Outcome, reason = 'NO', code: 'UNAVAILABLE' | 'INVALID_ARGUMENT' = 'UNAVAILABLE') {
  return () => Promise.reject(new FramesongError('no', { code, reason, outcome }));
}

describe('the ledger of what is ordered', () => {
  let postgres: TestPostgres;
  let counts: RecordedCount[];
  let spans: RecordedSpan[];
  beforeAll(async () => {
    counts = recordCounts();
    spans = recordSpans();
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.remove());
  beforeEach(() => {
    answers = [];
    orders = [];
    counts.length = 0;
  });

  const open = (options: Partial<OpenJobsOptions> = {}) => openTestJobs(postgres, [buying], options);
  const submit = (jobs: Jobs, tenant: string, prices: readonly (Money | null)[], more: object = {}) =>
    jobs.submit({ kind: 'buying.v1', tenant, input: { prices }, ...more });
  const run = async (jobs: Jobs, tenant: string, prices: readonly (Money | null)[], more: object = {}): Promise<Job> =>
    jobs.wait(tenant, (await submit(jobs, tenant, prices, more)).job.id, soon());
  const costs = async (jobs: Jobs, job: Job) => (await jobs.costs([await jobs.get(job.tenant, job.id)])).get(job.id);
  const again = async (jobs: Jobs, { tenant, id }: Job): Promise<Job> => {
    await jobs.retry(tenant, id);
    return jobs.wait(tenant, id, soon());
  };

  it('knows of each order what it was to cost and what it has cost, by currency, and outlives the jobs', async () => {
    await using jobs = await open();
    answers = [() => Promise.resolve({ actual: usd('0.05') }), () => Promise.resolve({})];
    const expectedCost = { provider: 'ace-step', model: 'm', estimate: usd('0.08') };
    const { job: accepted } = await submit(jobs, 'anna', [usd('0.04'), usd('0.04'), cny('0.1'), null], {
      expectedCost,
    });
    expect(accepted.expectedCost).toEqual(expectedCost);
    const job = await jobs.wait('anna', accepted.id, soon());
    expect(job.state).toBe('SUCCEEDED');
    const known = await costs(jobs, job);
    expect(known?.orders).toMatchObject([
      { key: '', state: 'settled', estimate: usd('0.04'), actual: usd('0.05'), provider: 'ace-step', model: 'm' },
      { key: 'candidate 2', state: 'settled', estimate: usd('0.04'), actual: usd('0.04') },
      { key: 'candidate 3', state: 'settled', actual: cny('0.1') },
      { key: 'candidate 4', state: 'settled', estimate: undefined, actual: undefined },
    ]);
    expect(known).toMatchObject({
      totals: [
        { currency: 'CNY', spent: '0.1', atRisk: '0' },
        { currency: 'USD', spent: '0.09', atRisk: '0' },
      ],
      unpricedOrders: 1,
    });
    const before = await jobs.spending({ tenant: 'anna' });
    expect(before.models).toEqual([
      { provider: 'ace-step', model: 'm', currency: '', spent: '0', atRisk: '0', orders: 1 },
      { provider: 'ace-step', model: 'm', currency: 'CNY', spent: '0.1', atRisk: '0', orders: 1 },
      { provider: 'ace-step', model: 'm', currency: 'USD', spent: '0.09', atRisk: '0', orders: 2 },
    ]);
    await jobs.delete('anna', job.id);
    const after = await jobs.spending({ tenant: 'anna' });
    expect({ ...after, to: before.to }).toEqual(before);
    expect((await jobs.spending({ tenant: 'bert' })).totals).toEqual([]);
    expect((await jobs.spending({ tenant: undefined })).totals).toEqual(before.totals);
    const soonAfter = new Date(Date.now() + 60_000);
    expect((await jobs.spending({ tenant: 'anna', from: soonAfter, to: soonAfter })).totals).toEqual([]);
    await expect(jobs.spending({ tenant: 'anna', from: soonAfter })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    const spent = counts.filter(({ name, attributes }) => name === 'framesong.cost.amount' && attributes['framesong.cost.currency'] === 'USD'); // prettier-ignore
    expect(spent.map(({ value }) => value)).toEqual([50_000, 40_000]);
    expect(spans.findLast(({ name }) => name === 'process buying.v1')?.attributes).toMatchObject({
      'framesong.cost.estimate': 'unknown',
      'framesong.cost.actual': '0.1 CNY',
      'framesong.cost.state': 'settled',
    });
  });

  it('adds up to more than any one amount may be', async () => {
    await using jobs = await open();
    const dear: Money = { currency: 'VND', amount: '600000000' };
    const expectedCost = { provider: 'ace-step', model: 'm', estimate: dear };
    const job = await run(jobs, 'anna', [dear, dear], { expectedCost });
    const totals = [{ currency: 'VND', spent: '1200000000', atRisk: '0' }];
    expect((await jobs.spending({ tenant: 'anna' })).totals).toEqual(totals);
    expect((await costs(jobs, job))?.totals).toEqual(totals);
  });

  it('lets go of what was refused, and keeps at risk what nobody knows, also when a person orders once more', async () => {
    await using jobs = await open();
    answers = [failing('rejected')];
    const refused = await run(jobs, 'anna', [usd('0.04')]);
    expect((await costs(jobs, refused))?.orders).toMatchObject([{ state: 'released', actual: undefined }]);
    answers = [failing('sent_unknown')];
    const doubtful = await again(jobs, refused);
    expect(doubtful.error).toMatchObject({ outcome: 'sent_unknown' });
    expect((await jobs.spending({ tenant: 'anna' })).atRisk).toMatchObject([{ jobId: doubtful.id, state: 'at_risk' }]);
    const done = await again(jobs, doubtful);
    expect(done.state).toBe('SUCCEEDED');
    expect(await costs(jobs, done)).toMatchObject({
      orders: [{ state: 'released' }, { state: 'at_risk' }, { state: 'settled' }],
      totals: [{ currency: 'USD', spent: '0.04', atRisk: '0.04' }],
    });
    expect(orders).toHaveLength(3);
  });

  it('counts a task that is taken up again once', async () => {
    await using jobs = await open();
    answers = [
      async (paid) => {
        await paid.saveTaskId('task-1');
        throw new FramesongError('lost', {
          code: 'UNAVAILABLE',
          reason: 'PROVIDER_CONNECTION_LOST',
          outcome: 'billed',
        });
      },
      failing('not_sent'),
      // What was ordered before costs what it cost, though nothing was bought now.
      () => Promise.resolve({ actual: usd('0') }),
    ];
    const lost = await run(jobs, 'anna', [usd('0.04')]);
    expect(await costs(jobs, lost)).toMatchObject({ orders: [{ state: 'billed', actual: usd('0.04') }] });
    const unreached = await again(jobs, lost);
    expect(await costs(jobs, unreached)).toMatchObject({ orders: [{ state: 'billed' }] });
    const done = await again(jobs, unreached);
    expect(orders.map(({ savedTaskId }) => savedTaskId)).toEqual([undefined, 'task-1', 'task-1']);
    expect(await costs(jobs, done)).toMatchObject({
      orders: [{ state: 'settled', actual: usd('0.04') }],
      totals: [{ spent: '0.04', atRisk: '0' }],
    });
  });

  it('refuses what would go over a limit of the tenant before it is ordered, and counts what is at risk', async () => {
    await using jobs = await open({ spendingDayLimit: '0.10 USD', spendingMonthLimit: '5 USD' });
    answers = [() => Promise.resolve({ actual: usd('0.03') }), failing('sent_unknown')];
    await run(jobs, 'anna', [usd('0.04')], { requestId: 'first', reuse: REUSE });
    await run(jobs, 'anna', [usd('0.04')]);
    const job = await run(jobs, 'anna', [usd('0.04')]);
    expect(job.error).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'SPENDING_LIMIT',
      outcome: 'not_sent',
      metadata: { limit: 'day', limit_amount: '0.1', currency: 'USD', spent: '0.03', at_risk: '0.04', cost: '0.04' },
    });
    expect(job.error?.message).toMatch(
      /^what is wanted of ace-step m would cost 0.04 USD, and of the limit of the tenant per day \(FRAMESONG_SPENDING_DAY_LIMIT\), 0.1 USD, 0.03 USD is spent and 0.04 USD is at risk or under way; the day ends at \d{4}-\d\d-\d\dT00:00:00.000Z/,
    );
    expect(orders).toHaveLength(2);
    expect((await costs(jobs, job))?.orders ?? []).toEqual([]);
    expect(counts.at(-1)).toMatchObject({ attributes: { 'framesong.cost.state': 'refused' } });
    // At submission too, where the cost is known; a repeat finds its job all the same, and others are not concerned.
    const expectedCost = { provider: 'ace-step', model: 'm', estimate: usd('0.04') };
    await expect(submit(jobs, 'anna', [usd('0.04')], { expectedCost })).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'SPENDING_LIMIT',
      outcome: 'not_sent',
    });
    expect((await submit(jobs, 'anna', [usd('0.04')], { requestId: 'first' })).created).toBe(false);
    expect((await run(jobs, 'bert', [usd('0.04')], { expectedCost })).state).toBe('SUCCEEDED');
    // Nor does a limit stop what was paid for before, which costs nothing now.
    const { job: reused } = await submit(jobs, 'anna', [usd('0.04')], {
      expectedCost,
      reuse: { ...REUSE, read: true },
    });
    expect(reused).toMatchObject({ reuse: { outcome: 'hit' }, expectedCost: { estimate: usd('0') } });
    // What fits still may be ordered, and so may what is free.
    expect((await run(jobs, 'anna', [usd('0.03'), usd('0')])).state).toBe('SUCCEEDED');
    const { limits } = await jobs.spending({ tenant: 'anna' });
    expect(limits).toMatchObject([
      { scope: 'day', amount: '0.1', spent: '0.06', atRisk: '0.04' },
      { scope: 'month', amount: '5', spent: '0.06', atRisk: '0.04' },
    ]);
  });

  it('refuses what would go over what the job may cost, all its orders together', async () => {
    await using jobs = await open();
    const expectedCost = { provider: 'ace-step', model: 'm', estimate: usd('0.08'), maxCost: usd('0.07') };
    await expect(submit(jobs, 'anna', [], { expectedCost })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'SPENDING_LIMIT',
      metadata: { limit: 'job', limit_amount: '0.07', cost: '0.08' },
    });
    const job = await run(jobs, 'anna', [usd('0.04'), usd('0.04')], {
      expectedCost: { ...expectedCost, estimate: usd('0.04') },
    });
    expect(job.error).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'SPENDING_LIMIT',
      outcome: 'not_sent',
      metadata: { limit: 'job', spent: '0.04', cost: '0.04' },
    });
    expect(orders).toHaveLength(1);
    const other = { ...expectedCost, estimate: cny('0.01') };
    await expect(submit(jobs, 'anna', [], { expectedCost: other })).rejects.toMatchObject({
      reason: 'PRICE_IN_OTHER_CURRENCY',
      message: expect.stringContaining('give max_cost in CNY') as unknown,
    });
    const unknown = { provider: 'ace-step', model: 'm', maxCost: usd('0.07') };
    await expect(submit(jobs, 'anna', [], { expectedCost: unknown })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'PRICE_UNKNOWN',
    });
    // Somebody else may make it for less: only what is really ordered is refused.
    expect((await submit(jobs, 'anna', [], { expectedCost: { ...expectedCost, isAvoidable: true } })).created).toBe(
      true,
    );
  });
});
