import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { defineJob } from '../define-job.ts';
import type { Job } from '../job.ts';
import { openJobs, type Jobs } from '../open-jobs.ts';
import { inspectJobs } from '../testing/inspect-jobs.ts';
import type { OrderWorkerMessage, OrderWorkerOptions } from '../testing/order-worker.ts';
import { soon, startTestPostgres, type TestPostgres } from '../testing/test-service.ts';
import { endAbandonedOrders } from './write-orders.ts';

const KIND = 'ordering.v1';
const PARALLEL = 20;

describe('orders of several processes', () => {
  let postgres: TestPostgres;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await postgres.remove();
  });

  const openApi = (service: string): Promise<Jobs> =>
    openJobs({
      service,
      databaseUrl: postgres.url,
      executorId: 'api-0',
      role: 'api',
      definitions: [defineJob({ kind: KIND, idPrefix: 'frame', queue: 'images', run: () => Promise.resolve(null) })],
      queues: { images: { concurrency: PARALLEL } },
    });

  /** A worker whose orders wait for `answer`; `onOrdered` hears of each. */
  async function startWorker(service: string, executorId: string, onOrdered: (jobId: string) => void) {
    const options: OrderWorkerOptions = {
      service,
      databaseUrl: postgres.url,
      executorId,
      concurrency: PARALLEL,
      perWorkerConcurrency: PARALLEL / 2,
      spendingDayLimit: '1 USD',
    };
    const program = path.join(import.meta.dirname, '..', 'testing', 'order-worker.ts');
    const child = fork(program, [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    children.push(child);
    await new Promise<void>((resolve) => {
      child.on('message', (message: OrderWorkerMessage) => {
        if ('ordered' in message) onOrdered(message.ordered);
        else resolve();
      });
    });
    return {
      answer: () => void child.send('answer'),
      async kill() {
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
    };
  }

  const submit = (jobs: Jobs, labels: Record<string, string> = {}): Promise<Job> =>
    jobs.submit({ kind: KIND, tenant: 'anna', input: null, labels }).then(({ job }) => job);
  const statesOf = async (jobs: Jobs, { id }: Job): Promise<string[]> => {
    const costs = await jobs.costs([await jobs.get('anna', id)]);
    return costs.get(id)?.orders.map(({ state }) => state) ?? [];
  };

  it('never go over a limit together, however many are ordered at once', async () => {
    const service = 'parallel';
    await using jobs = await openApi(service);
    const ordered = new Set<string>();
    const full = Promise.withResolvers<undefined>();
    const hear = (jobId: string): void => {
      if (ordered.add(jobId).size >= 10) full.resolve(undefined);
    };
    const workers = await Promise.all(['worker-0', 'worker-1'].map((id) => startWorker(service, id, hear)));
    const submitted = await Promise.all(Array.from({ length: PARALLEL }, () => submit(jobs)));
    // All that are not ordered are refused while those that are have not been answered: they count already.
    const ends = submitted.map(async ({ id }) => {
      const job = await jobs.wait('anna', id, soon());
      return job.error?.reason ?? job.state;
    });
    const refused: string[] = [];
    const rest = Promise.withResolvers<boolean>();
    for (const end of ends) {
      end.then((reason) => refused.push(reason) === PARALLEL - 10 && rest.resolve(true)).catch(rest.reject);
    }
    await Promise.all([full.promise, rest.promise]);
    expect(new Set(refused)).toEqual(new Set(['SPENDING_LIMIT']));
    expect(ordered.size).toBe(10);
    expect((await jobs.spending({ tenant: 'anna' })).totals).toEqual([{ currency: 'USD', spent: '0', atRisk: '1' }]);
    for (const worker of workers) worker.answer();
    const all = await Promise.all(ends);
    expect(all.filter((end) => end === 'SUCCEEDED')).toHaveLength(10);
    expect((await jobs.spending({ tenant: 'anna' })).totals).toEqual([{ currency: 'USD', spent: '1', atRisk: '0' }]);
    expect((await jobs.wait('anna', (await submit(jobs)).id, soon())).error?.reason).toBe('SPENDING_LIMIT');
    await Promise.all(workers.map((worker) => worker.kill()));
  });

  it('that a crash cuts off stay at risk, unless their task is taken up again', async () => {
    const service = 'crashed';
    await using jobs = await openApi(service);
    await using inspection = inspectJobs(postgres.url, service);
    let hear = Promise.withResolvers<string>();
    const start = () => startWorker(service, 'worker-0', (jobId) => hear.resolve(jobId));
    const next = (): Promise<string> => {
      hear = Promise.withResolvers();
      return hear.promise;
    };

    // Between the reservation and the answer.
    let worker = await start();
    let reached = next();
    const lost = await submit(jobs);
    await reached;
    await worker.kill();
    expect(await statesOf(jobs, lost)).toEqual(['reserved']);
    worker = await start();
    expect((await jobs.wait('anna', lost.id, soon())).error).toMatchObject({
      reason: 'ORDER_INTERRUPTED',
      outcome: 'sent_unknown',
    });
    const { atRisk, totals } = await jobs.spending({ tenant: 'anna' });
    expect(atRisk).toMatchObject([{ jobId: lost.id, state: 'at_risk', estimate: { amount: '0.1' } }]);
    expect(totals).toEqual([{ currency: 'USD', spent: '0', atRisk: '0.1' }]);

    // A retry by a person orders anew.
    reached = next();
    await jobs.retry('anna', lost.id);
    await reached;
    worker.answer();
    expect((await jobs.wait('anna', lost.id, soon())).state).toBe('SUCCEEDED');
    expect(await statesOf(jobs, lost)).toEqual(['at_risk', 'settled']);
    await worker.kill();

    // With the id of its task it is the same order.
    worker = await start();
    reached = next();
    const resumed = await submit(jobs, { task: 'task-1' });
    await reached;
    for (let noted = false; !noted;)
      noted = (await inspection.query('select 1 from job_note where job_id = $1 and name = $2', [resumed.id, 'provider task'])).length > 0; // prettier-ignore
    await worker.kill();
    worker = await start();
    worker.answer();
    expect((await jobs.wait('anna', resumed.id, soon())).state).toBe('SUCCEEDED');
    expect(await statesOf(jobs, resumed)).toEqual(['settled']);
    await worker.kill();

    // A job that is cancelled before its worker is back has nobody who says what became of its order.
    worker = await start();
    reached = next();
    const abandoned = await submit(jobs);
    await reached;
    await worker.kill();
    await jobs.cancel('anna', abandoned.id);
    await endAbandonedOrders(inspection.query);
    expect(await statesOf(jobs, abandoned)).toEqual(['at_risk']);
    expect((await jobs.get('anna', abandoned.id)).error).toMatchObject({ code: 'CANCELLED', outcome: 'sent_unknown' });

    // An order that a program without a ledger has sent gets its entry when it is found.
    worker = await start();
    reached = next();
    const older = await submit(jobs);
    await reached;
    await worker.kill();
    await inspection.query('delete from paid_order where job_id = $1', [older.id]);
    worker = await start();
    expect((await jobs.wait('anna', older.id, soon())).error?.reason).toBe('ORDER_INTERRUPTED');
    expect(await statesOf(jobs, older)).toEqual(['at_risk']);
    await worker.kill();
  });
});
