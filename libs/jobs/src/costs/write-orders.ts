import { randomUUID } from 'node:crypto';
import type { Query } from '../database.ts';
import type { JobRow } from '../job-row.ts';
import { storedJson } from '../stored-json.ts';
import { microsOf, type Money } from './money.ts';
import type { OrderRow, OrderState } from './order-entry.ts';
import { countCost } from './record-cost.ts';
import type { OrderedFrom } from './spending-refused.ts';

/** What an entry says of an order. */
export interface NewOrder extends OrderedFrom {
  readonly key: string;
  readonly estimate?: Money | undefined;
}

const INSERT = `
insert into paid_order (id, job_id, tenant, order_key, provider, model, state, currency, estimate)
values ($1, $2, $3, $4, $5, $6, 'reserved', $7, $8) returning *`;

const NOTE_WITH_JOB = `update job set expected_cost = $2::jsonb where id = $1 and expected_cost is null`;

const LATEST = `select * from paid_order where job_id = $1 and order_key = $2 order by reserved_at desc limit 1`;

// What is known better replaces what was known before: nobody who only knows that an order was sent undoes what is known of it.
const END = `
update paid_order
   set state = $2,
       estimate = case when $3::text is null or currency = $3 then estimate end,
       currency = coalesce($3, currency),
       actual = case when $2 in ('settled', 'billed') then coalesce($4::bigint, estimate) end,
       ended_at = clock_timestamp()
 where id = $1 and state <> 'settled' and state <> $2 and ($2 <> 'at_risk' or state = 'reserved')
returning *`;

const ABANDONED = `
update paid_order set state = 'at_risk', ended_at = clock_timestamp()
 where state = 'reserved' and not exists (select from job where id = job_id and job.state in ('QUEUED', 'RUNNING'))
returning *`;

// A job whose end nobody worked out says nothing of money; now it is known that some is at risk.
const TELL_JOBS = `
update job set error = coalesce(error, '{}') || '{"outcome": "sent_unknown"}'
 where id = any($1) and state in ('FAILED', 'CANCELLED') and error ->> 'outcome' is null`;

const OF_JOB_AT_RISK = `
update paid_order set state = 'at_risk', ended_at = clock_timestamp() where job_id = $1 and state = 'reserved' returning *`;

/** Notes an order that is about to leave. @param id makes a repeat after a lost answer recognisable */
export async function insertOrder(query: Query, job: JobRow, order: NewOrder, id: string): Promise<OrderRow> {
  const { provider, model, estimate } = order;
  const micros = estimate && microsOf(estimate.amount).toString();
  const values = [id, job.id, job.tenant, order.key, provider, model, estimate?.currency ?? null, micros ?? null];
  const [row] = await query<OrderRow>(INSERT, values);
  // A job of an older program comes without: whoever looks at it has to learn that there are orders.
  if (job.expected_cost === null) await query(NOTE_WITH_JOB, [job.id, storedJson({ provider, model, estimate })]);
  return row!;
}

/** An order by its id; undefined when it is not there. */
export async function findOrder(query: Query, id: string): Promise<OrderRow | undefined> {
  const [row] = await query<OrderRow>('select * from paid_order where id = $1', [id]);
  return row;
}

/** The entry of an order that an earlier run has sent; one that an older program has sent gets its entry now. */
export async function earlierOrder(query: Query, job: JobRow, order: NewOrder): Promise<OrderRow> {
  const [row] = await query<OrderRow>(LATEST, [job.id, order.key]);
  return row ?? insertOrder(query, job, order, randomUUID());
}

/**
 * Notes how an order has ended.
 * @param actual what it costs, where that is known; default: what was expected
 * @returns the entry, or undefined when it stood so already, or was settled
 */
export async function endOrder(
  query: Query,
  id: string,
  state: Exclude<OrderState, 'reserved'>,
  actual?: Money,
): Promise<OrderRow | undefined> {
  const micros = actual && microsOf(actual.amount).toString();
  const [row] = await query<OrderRow>(END, [id, state, actual?.currency ?? null, micros ?? null]);
  return row;
}

/** The orders of jobs that were ended before the orders were: nobody is going to say what became of them. */
export async function endAbandonedOrders(query: Query): Promise<void> {
  const abandoned = await query<OrderRow>(ABANDONED);
  for (const row of abandoned) countCost(row);
  // A statement of its own: a retry takes the job first and its orders after it.
  if (abandoned.length > 0) await query(TELL_JOBS, [abandoned.map((row) => row.job_id)]);
}

/** The same for one job, which is about to be started once more by a person. */
export async function endOrdersOfJob(query: Query, jobId: string): Promise<void> {
  for (const row of await query<OrderRow>(OF_JOB_AT_RISK, [jobId])) countCost(row);
}
