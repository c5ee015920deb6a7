import { FramesongError, unavailable } from '@framesong/errors';
import { randomUUID } from 'node:crypto';
import { spendingLimitsOf } from '../costs/spending-limits.ts';
import { connectDatabase, DATABASE_UNAVAILABLE, type Database } from '../database.ts';
import { defineJob } from '../define-job.ts';
import type { JobRow } from '../job-row.ts';
import type { Jobs } from '../open-jobs.ts';
import {
  createGate,
  openTestJobs,
  startTestPostgres,
  untilAborted,
  type TestPostgres,
} from '../testing/test-service.ts';
import type { ActiveRun } from './active-run.ts';
import { orderOnce, type PaidOrder } from './paid-order.ts';
import { cutOff } from './run-limits.ts';

const SERVICE = 'lostanswers';
const PRICE = { currency: 'USD', amount: '0.04' };
const TERMS = { key: '', provider: 'shop', model: 'm', estimate: PRICE };
/** Room for one order. */
const LIMITS = spendingLimitsOf({ spendingDayLimit: '0.04 USD' });
const NO_LIMITS = spendingLimitsOf({});

/** Commits, and then the answer is lost: once for each transaction. */
function losingAnswers(database: Database): Database & { readonly lost: number } {
  const seen = new Set<unknown>();
  return {
    ...database,
    get lost() {
      return seen.size;
    },
    async transaction(work) {
      const value = await database.transaction(work);
      if (seen.has(work)) return value;
      seen.add(work);
      throw unavailable('the answer is lost', DATABASE_UNAVAILABLE, 1);
    },
  };
}

/** Stops before the entry of an order is written, in the middle of its transaction. */
function stoppingAtEntry(database: Database, goOn: Promise<unknown>, onStopped: () => void): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction((query, client) =>
        work(async (sql, values) => {
          if (sql.includes('insert into paid_order')) {
            onStopped();
            await goOn;
          }
          return query(sql, values);
        }, client),
      ),
  };
}

describe('an order', () => {
  let postgres: TestPostgres;
  let jobs: Jobs;
  let database: Database;
  let row: JobRow & { readonly run_token: string };
  let orders: PaidOrder[];
  let begun: ReturnType<typeof createGate<string>>;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    const waiting = defineJob({
      kind: 'waiting.v1',
      idPrefix: 'frame',
      queue: 'images',
      run: (job) => {
        begun.open(job.id);
        return untilAborted(job.signal);
      },
    });
    jobs = await openTestJobs(postgres, [waiting], {
      service: SERVICE,
      abortGraceMs: 10,
      // Room for a job of each test.
      queues: { images: { concurrency: 20 } },
    });
    database = connectDatabase({ url: postgres.url, schema: `framesong_${SERVICE}` });
  });
  afterAll(async () => {
    await database.close();
    await jobs[Symbol.asyncDispose]();
    await postgres.remove();
  });
  beforeEach(async () => {
    orders = [];
    begun = createGate<string>();
    await jobs.submit({ kind: 'waiting.v1', tenant: randomUUID(), input: null });
    const found = await database.query<typeof row>('select * from job where id = $1', [await begun.reached]);
    row = found[0]!;
  });

  /** What an order needs of a run. */
  const runOf = (more: Partial<ActiveRun> = {}) =>
    ({
      database,
      row,
      token: row.run_token,
      abandoned: new AbortController().signal,
      limits: { signal: new AbortController().signal },
      check: () => undefined,
      ...more,
    }) as unknown as ActiveRun;
  const buy = (run: ActiveRun, limits = NO_LIMITS, made: Promise<unknown> = Promise.resolve()): Promise<object> =>
    orderOnce(run, limits, TERMS, async (paid) => {
      orders.push(paid);
      await made;
      return { made: 1 };
    });
  const ledger = () =>
    database.query<{ state: string }>('select state, estimate, actual from paid_order where job_id = $1', [row.id]);

  it('whose database loses its answers is reserved once, placed once and settled once', async () => {
    const losing = losingAnswers(database);
    const run = runOf({ database: losing });
    expect(await buy(run, LIMITS)).toEqual({ made: 1 });
    expect(losing.lost).toBe(2);
    expect(await ledger()).toEqual([{ state: 'settled', estimate: '40000', actual: '40000' }]);
    // The next run finds the result.
    expect(await buy(run, LIMITS)).toEqual({ made: 1 });
    expect(orders).toHaveLength(1);
  });

  it('that is being noted while another worker takes the job over leaves once', async () => {
    const goOn = Promise.withResolvers<undefined>();
    const stopped = Promise.withResolvers<undefined>();
    const slow = stoppingAtEntry(database, goOn.promise, () => stopped.resolve(undefined));
    const made = Promise.withResolvers<undefined>();
    const first = buy(runOf({ database: slow }), NO_LIMITS, made.promise);
    await stopped.promise;
    const token = randomUUID();
    const second = database
      .query('update job set run_token = $2 where id = $1', [row.id, token])
      .then(() => buy(runOf({ token })))
      .finally(() => made.resolve(undefined));
    const ends = Promise.allSettled([first, second]);
    for (let waits = 0; waits === 0;) {
      const sql = `select count(*)::int as waits from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      waits = (await database.query<{ waits: number }>(sql))[0]!.waits;
    }
    goOn.resolve(undefined);
    const [, taken] = await ends;
    expect(taken).toMatchObject({ status: 'rejected', reason: { reason: 'ORDER_INTERRUPTED' } });
    expect(orders).toHaveLength(1);
    // It was made, whoever has the job.
    expect(await ledger()).toMatchObject([{ state: 'settled' }]);
  });

  it('does not leave when its worker has lost the job while it was noted', async () => {
    const ended = new AbortController();
    const run = runOf({
      limits: { signal: ended.signal } as ActiveRun['limits'],
      check: () => ended.abort(cutOff()),
    });
    await expect(buy(run)).rejects.toMatchObject({ reason: 'WORKER_CUT_OFF', outcome: 'not_sent' });
    expect(orders).toEqual([]);
    expect(await ledger()).toMatchObject([{ state: 'released' }]);
  });

  it('that an earlier run has sent is never told as not sent', async () => {
    const notAsked = new FramesongError('not asked', { code: 'UNAVAILABLE', reason: 'NO', outcome: 'not_sent' });
    const crashed = orderOnce(runOf(), NO_LIMITS, TERMS, async (paid) => {
      await paid.saveTaskId('task-1');
      // As far as this run knows; a crash would leave the same.
      throw new FramesongError('gone', { code: 'UNAVAILABLE', reason: 'GONE', outcome: 'billed' });
    });
    await expect(crashed).rejects.toMatchObject({ outcome: 'billed' });
    const resumed = orderOnce(runOf(), NO_LIMITS, TERMS, () => Promise.reject(notAsked));
    await expect(resumed).rejects.toMatchObject({ reason: 'NO', outcome: 'sent_unknown' });
    expect(await ledger()).toMatchObject([{ state: 'billed' }]);
  });

  it.each([
    ['a gateway refused the question', 'PROVIDER_REFUSED_REQUEST', 'task-1'],
    ['the task was refused for what it shows', 'PROVIDER_CONTENT_REFUSED', undefined],
    ['the task has failed', 'PROVIDER_TASK_REFUSED', undefined],
  ])('whose wait ended because %s is taken up again only where its task may be fine', async (_, reason, taken) => {
    const refused = orderOnce(runOf(), NO_LIMITS, TERMS, async (paid) => {
      await paid.saveTaskId('task-1');
      throw new FramesongError('no', { code: 'INVALID_ARGUMENT', reason, outcome: 'billed' });
    });
    await expect(refused).rejects.toMatchObject({ reason });
    // As RetryJob does.
    await database.query('delete from job_note where job_id = $1 and until_retry', [row.id]);
    await buy(runOf());
    expect(orders.map(({ savedTaskId }) => savedTaskId)).toEqual([taken]);
  });

  it('whose cancel the provider has confirmed is at risk, and ordered anew when a person retries', async () => {
    const cancelled = orderOnce(runOf(), NO_LIMITS, TERMS, async (paid) => {
      await paid.saveTaskId('task-1');
      const metadata = { providerTask: 'cancelled' };
      throw new FramesongError('no', { code: 'CANCELLED', reason: 'CANCELLED', outcome: 'sent_unknown', metadata });
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await ledger()).toMatchObject([{ state: 'at_risk' }]);
    // As RetryJob does.
    await database.query('delete from job_note where job_id = $1 and until_retry', [row.id]);
    await buy(runOf());
    expect(orders.map(({ savedTaskId }) => savedTaskId)).toEqual([undefined]);
  });
});
