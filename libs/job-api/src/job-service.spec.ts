import { OrderState } from '@framesong/contracts/job/v1/cost';
import { ProgressSource, JobState } from '@framesong/contracts/job/v1/job';
import { EstimateBasis } from '@framesong/contracts/job/v1/outlook';
import type { WatchJobResponse } from '@framesong/contracts/job/v1/job_service';
import type { EmbeddedPostgres, JobContext } from '@framesong/jobs';
import { msOfDuration } from '@framesong/rpc';
import { as, KIND, newService, rejection, startPostgres, untilAborted, type Replica } from './testing/test-replicas.ts';

describe('the job service', () => {
  let postgres: EmbeddedPostgres & AsyncDisposable;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  const submit = async ({ jobs }: Replica, tenant: string, input: string, more: object = {}) =>
    (await jobs.submit({ kind: KIND, tenant, input, ...more })).job.id;
  /** Tells five times of its progress, unless it is to wait. */
  const work = async (job: JobContext<string>) => {
    if (job.input === 'wait') return untilAborted(job.signal);
    if (job.input === 'fail once' && job.attempt === 1) {
      await job.step('first', () => Promise.resolve('kept'));
      throw new Error('broken');
    }
    for (let part = 1; part <= 5; part++) {
      await job.step(`part ${part}`, () => Promise.resolve(part));
      job.progress({ stage: `part ${part}`, percent: part * 19, provenance: 'measured' });
    }
    return 'done';
  };
  const untilRunning = async ({ client }: Replica, tenant: string, jobId: string) => {
    for await (const { event } of client.watchJob({ jobId, afterSequence: 0n }, as(tenant))) {
      if (event?.state === JobState.RUNNING) return;
    }
  };
  const sequences = (messages: readonly WatchJobResponse[]) =>
    messages.flatMap(({ event }) => (event ? [Number(event.sequence)] : []));

  it('streams the events of a job from any replica and any offset, without gaps and repeats', async () => {
    await using stack = new AsyncDisposableStack();
    const open = newService(postgres.url, work);
    const worker = await open(stack, 'all');
    const api = await open(stack, 'api');
    const jobId = await submit(api, 'anna', 'draw');
    const watch = ({ client }: Replica, afterSequence: number) =>
      Array.fromAsync(client.watchJob({ jobId, afterSequence: BigInt(afterSequence) }, as('anna')));
    // Both watch while it runs.
    const live = await Promise.all([watch(worker, 0), watch(api, 0)]);
    const last = sequences(live[0]).length;
    expect(last).toBeGreaterThanOrEqual(4);
    for (const messages of live) expect(sequences(messages)).toEqual(Array.from({ length: last }, (_, n) => n + 1));
    for (let after = 0; after <= last; after++) {
      const rest = await watch(after % 2 ? api : worker, after);
      expect(sequences(rest)).toEqual(Array.from({ length: last - after }, (_, n) => after + n + 1));
    }
    expect(live[1].at(-1)).toMatchObject({ event: { state: JobState.SUCCEEDED }, outlook: undefined });
  });

  it('tells at every heartbeat how old the news is, the place in the queue and what is to be expected', async () => {
    await using stack = new AsyncDisposableStack();
    const worker = await newService(postgres.url, work, { heartbeatMs: 100 })(stack, 'all');
    const first = await submit(worker, 'anna', 'wait');
    await untilRunning(worker, 'anna', first);
    const second = await submit(worker, 'anna', 'wait');
    const heard: WatchJobResponse[] = [];
    for await (const message of worker.client.watchJob({ jobId: second, afterSequence: 1n }, as('anna'))) {
      heard.push(message);
      if (heard.length === 2) break;
    }
    for (const { event, lastEventAge, outlook } of heard) {
      expect(event).toBeUndefined();
      expect(msOfDuration(lastEventAge)).toBeGreaterThanOrEqual(50);
      // Known only by default: the whole run, and the wait for the one that is at work.
      expect(outlook).toMatchObject({ queuePosition: 1, stalled: false, stalledAfterBasis: EstimateBasis.DEFAULT });
      const { expectedRemaining } = outlook!;
      expect(expectedRemaining).toMatchObject({ basis: EstimateBasis.DEFAULT, samples: 0 });
      expect(msOfDuration(expectedRemaining!.min)).toBe(15_000);
      expect(msOfDuration(expectedRemaining!.max)).toBe(360_000);
    }
    const stalled: boolean[] = [];
    for await (const { outlook } of worker.client.watchJob({ jobId: first, afterSequence: 2n }, as('anna'))) {
      stalled.push(outlook!.stalled);
      if (outlook!.stalled) break;
    }
    expect(stalled.at(-1)).toBe(true);
  });

  it('says in the language of the caller what to expect, and what to do meanwhile', async () => {
    await using stack = new AsyncDisposableStack();
    const api = await newService(postgres.url, work)(stack, 'api');
    const jobId = await submit(api, 'anna', 'wait');
    const notice = async (language?: string) => {
      const options = as('anna', language ? { 'accept-language': language } : {});
      return (await api.client.getJob({ jobId }, options)).job!.outlook!.notice!;
    };
    const english = await notice();
    expect(english.locale).toBe('en');
    expect(english.message).toMatch(
      /^Such work usually takes 0 to 3 min more\. It is number 1 in the queue\. Nobody has/,
    );
    const chinese = await notice('zh-CN,en;q=0.5');
    expect(chinese.locale).toBe('zh-CN');
    expect(chinese.message).toMatch(/^此类任务通常还需0到3分钟。当前排在第1位。无需一直等待/);
  });

  it('tells expected times and the usual silence from history once there is some', async () => {
    await using stack = new AsyncDisposableStack();
    const worker = await newService(postgres.url, work)(stack, 'all');
    const { client, jobs } = worker;
    for (let index = 0; index < 5; index++) {
      await client.waitJob({ jobId: await submit(worker, 'bert', 'draw') }, as('bert'));
    }
    await untilRunning(worker, 'anna', await submit(worker, 'anna', 'wait'));
    const waiting = await submit(worker, 'anna', 'wait');
    const { queues } = await client.getQueue({ name: '', allTenants: false }, as('anna'));
    expect(queues).toHaveLength(1);
    const { runTime } = queues[0]!;
    expect(runTime).toMatchObject({ basis: EstimateBasis.HISTORY, samples: 5 });
    expect(msOfDuration(runTime!.max)).toBeGreaterThanOrEqual(msOfDuration(runTime!.min)!);
    expect(msOfDuration(runTime!.max)).toBeLessThan(10_000);
    const { job } = await client.getJob({ jobId: waiting }, as('anna'));
    expect(job!.outlook).toMatchObject({ queuePosition: 1, stalledAfterBasis: EstimateBasis.HISTORY });
    // Silence of some milliseconds three times over is still no stall.
    expect(msOfDuration(job!.outlook!.stalledAfter)).toBeGreaterThanOrEqual(15_000);
    expect((await jobs.usualSilence(KIND)).samples).toBe(5);
  });

  it('says where a percentage comes from and how old it is', async () => {
    await using stack = new AsyncDisposableStack();
    const worker = await newService(postgres.url, (job) => {
      job.progress({ stage: 'draw', percent: 40, provenance: 'estimated' });
      return untilAborted(job.signal);
    })(stack, 'all');
    const jobId = await submit(worker, 'anna', 'draw');
    for await (const { event } of worker.client.watchJob({ jobId, afterSequence: 0n }, as('anna'))) {
      if (event?.percent === 40) break;
    }
    const { job } = await worker.client.getJob({ jobId }, as('anna'));
    expect(job).toMatchObject({ percent: 40, percentSource: ProgressSource.ESTIMATED, queuePosition: 0 });
    expect(msOfDuration(job!.percentAge)).toBeLessThan(20_000);
  });

  it('retries a failed job from the step that failed, and deletes what has ended', async () => {
    await using stack = new AsyncDisposableStack();
    const { client, ...rest } = await newService(postgres.url, work)(stack, 'all');
    const jobId = await submit({ client, ...rest }, 'anna', 'fail once');
    const { job: failed } = await client.waitJob({ jobId }, as('anna'));
    expect(failed!.state).toBe(JobState.FAILED);
    expect((await client.retryJob({ jobId }, as('anna'))).job).toMatchObject({ id: jobId, error: undefined });
    const { job: done } = await client.waitJob({ jobId }, as('anna'));
    expect(done).toMatchObject({ state: JobState.SUCCEEDED, percentSource: ProgressSource.MEASURED, attempts: 2 });
    expect(await rejection(client.retryJob({ jobId }, as('anna')))).toMatchObject({ code: 'FAILED_PRECONDITION' });
    await client.deleteJob({ jobId }, as('anna'));
    expect(await rejection(client.getJob({ jobId }, as('anna')))).toMatchObject({ code: 'NOT_FOUND' });
    const expiring = await submit({ client, ...rest }, 'anna', 'wait', { runTimeoutMs: 50 });
    const { job: expired } = await client.waitJob({ jobId: expiring }, as('anna'));
    expect(expired!.state).toBe(JobState.EXPIRED);
    expect((await client.retryJob({ jobId: expiring }, as('anna'))).job!.state).toBe(JobState.QUEUED);
    const waiting = await submit({ client, ...rest }, 'anna', 'wait');
    expect(await rejection(client.deleteJob({ jobId: waiting }, as('anna')))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'JOB_NOT_FINISHED',
    });
  });

  it('shows each tenant its own part of a queue, and operators the whole; limits change while it runs', async () => {
    await using stack = new AsyncDisposableStack();
    const worker = await newService(postgres.url, work)(stack, 'all');
    await untilRunning(worker, 'anna', await submit(worker, 'anna', 'wait'));
    for (const tenant of ['anna', 'anna', 'bert']) await submit(worker, tenant, 'wait');
    const queue = async (tenant: string, allTenants = false) =>
      (await worker.client.getQueue({ name: 'images', allTenants }, as(tenant))).queues[0]!;
    const eventually = async (tenant: string, waiting: number) => {
      for (;;) if ((await queue(tenant)).waiting === waiting) return queue(tenant);
    };
    expect(await eventually('anna', 2)).toMatchObject({ running: 1, concurrency: 1, maxWaiting: 10_000 });
    expect(await eventually('bert', 1)).toMatchObject({ running: 0 });
    expect(await queue('clara')).toMatchObject({ waiting: 0, running: 0, oldestAge: undefined });
    expect(await queue('clara', true)).toMatchObject({ waiting: 3, running: 1 });
    const change = { name: 'images', concurrency: 3, perWorkerConcurrency: undefined, maxWaiting: 4, reset: false };
    const { queue: changed } = await worker.client.setQueueLimit(change, as('clara'));
    expect(changed).toMatchObject({ concurrency: 3, maxWaiting: 4 });
    expect(await rejection(worker.client.getQueue({ name: 'songs', allTenants: false }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('tells each tenant what it has spent, and operators what all have', async () => {
    await using stack = new AsyncDisposableStack();
    const terms = { key: '', provider: 'shop', model: 'm', estimate: { currency: 'USD', amount: '0.04' } };
    const buy = (job: JobContext<string>) => job.orderOnce(terms, () => Promise.resolve({ made: true }));
    const worker = await newService(postgres.url, buy)(stack, 'all');
    const expectedCost = { provider: 'shop', model: 'm', estimate: terms.estimate };
    const ids = await Promise.all(
      ['anna', 'anna', 'bert'].map((tenant) => submit(worker, tenant, 'buy', { expectedCost })),
    );
    const { job } = await worker.client.waitJob({ jobId: ids[0]! }, as('anna'));
    await Promise.all(['anna', 'bert'].map((tenant, index) => worker.client.waitJob({ jobId: ids[index + 1]! }, as(tenant)))); // prettier-ignore
    const totals = [{ currency: 'USD', spent: '0.04', atRisk: '0' }];
    expect(job!.cost).toMatchObject({ estimate: terms.estimate, totals, orders: [{ state: OrderState.SETTLED }] });
    const page = { pageSize: 0, pageToken: '', states: [], labels: new Map<string, string>() };
    const { jobs } = await worker.client.listJobs(page, as('anna'));
    expect(jobs.map(({ cost }) => cost!.totals)).toEqual([totals, totals]);
    const spent = async (tenant: string, allTenants: boolean) => {
      const period = { startTime: undefined, endTime: undefined, allTenants };
      return (await worker.client.getSpending(period, as(tenant))).totals.map((total) => total.spent);
    };
    expect(await spent('anna', false)).toEqual(['0.08']);
    expect(await spent('bert', false)).toEqual(['0.04']);
    expect(await spent('clara', false)).toEqual([]);
    expect(await spent('clara', true)).toEqual(['0.12']);
    const backwards = { startTime: new Date('2026-02-01'), endTime: new Date('2026-01-01'), allTenants: false };
    expect(await rejection(worker.client.getSpending(backwards))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'end_time' }],
    });
  });

  it('has no jobs of one tenant for another', async () => {
    await using stack = new AsyncDisposableStack();
    const { client, ...rest } = await newService(postgres.url, work)(stack, 'api');
    const jobId = await submit({ client, ...rest }, 'anna', 'wait', { requestId: 'same' });
    const bert = as('bert');
    const calls = [
      client.getJob({ jobId }, bert),
      client.waitJob({ jobId }, bert),
      Array.fromAsync(client.watchJob({ jobId, afterSequence: 0n }, bert)),
      client.cancelJob({ jobId, reason: '' }, bert),
      client.retryJob({ jobId }, bert),
      client.deleteJob({ jobId }, bert),
    ];
    for (const error of await Promise.all(calls.map(rejection))) {
      expect(error).toMatchObject({ code: 'NOT_FOUND', reason: 'JOB_NOT_FOUND' });
      expect(error.message).not.toMatch(/anna/);
    }
    const all = { pageSize: 0, pageToken: '', states: [], labels: new Map<string, string>() };
    expect((await client.listJobs(all, bert)).jobs).toEqual([]);
    // The same request id is another request there.
    expect(await submit({ client, ...rest }, 'bert', 'wait', { requestId: 'same' })).not.toBe(jobId);
    expect((await client.getJob({ jobId }, as('anna'))).job!.state).toBe(JobState.QUEUED);
  });
});
