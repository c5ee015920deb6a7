import { unavailable } from '@framesong/errors';
import { spendingLimitsOf } from '../costs/spending-limits.ts';
import { connectDatabase, DATABASE_UNAVAILABLE, type Database } from '../database.ts';
import { defineJob } from '../define-job.ts';
import type { JobRow } from '../job-row.ts';
import { createGate, openTestJobs, startTestPostgres, untilAborted } from '../testing/test-service.ts';
import type { ActiveRun } from './active-run.ts';
import { orderOnce, type PaidOrder } from './paid-order.ts';

const SERVICE = 'lostanswers';
const PRICE = { currency: 'USD', amount: '0.04' };
const TERMS = { key: '', provider: 'shop', model: 'm', estimate: PRICE };
/** Room for one order. */
const LIMITS = spendingLimitsOf({ spendingDayLimit: '0.04 USD' });

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

describe('an order whose database loses its answers', () => {
  it('is reserved once, placed once and settled once', async () => {
    const postgres = await startTestPostgres();
    try {
      const begun = createGate<string>();
      const waiting = defineJob({
        kind: 'waiting.v1',
        idPrefix: 'frame',
        queue: 'images',
        run: (job) => {
          begun.open(job.id);
          return untilAborted(job.signal);
        },
      });
      await using jobs = await openTestJobs(postgres, [waiting], { service: SERVICE, abortGraceMs: 10 });
      await jobs.submit({ kind: 'waiting.v1', tenant: 'anna', input: null });
      const jobId = await begun.reached;
      const database = connectDatabase({ url: postgres.url, schema: `framesong_${SERVICE}` });
      await using closing = new AsyncDisposableStack();
      closing.defer(() => database.close());
      const [row] = await database.query<JobRow & { run_token: string }>('select * from job where id = $1', [jobId]);
      const losing = losingAnswers(database);
      // What an order needs of a run.
      const run = { database: losing, row, token: row!.run_token, abandoned: new AbortController().signal };
      const orders: PaidOrder[] = [];
      const buy = (): Promise<object> =>
        orderOnce(run as unknown as ActiveRun, LIMITS, TERMS, (paid) => {
          orders.push(paid);
          return Promise.resolve({ made: 1 });
        });
      expect(await buy()).toEqual({ made: 1 });
      expect(losing.lost).toBe(2);
      expect(await database.query('select state, estimate, actual from paid_order')).toEqual([
        { state: 'settled', estimate: '40000', actual: '40000' },
      ]);
      // The next run finds the result.
      expect(await buy()).toEqual({ made: 1 });
      expect(orders).toHaveLength(1);
    } finally {
      await postgres.remove();
    }
  });
});
