import { notFound } from '@framesong/errors';
import type { JobStore } from './job-store.ts';
import { runHistory } from './queue-room.ts';

export interface QueueStatus {
  readonly name: string;
  readonly waiting: number;
  readonly running: number;
  readonly concurrency: number;
  /** Age of the oldest waiting job; 0 without one. */
  readonly oldestWaitMs: number;
  /** Median and 90th percentile of the running time of recent jobs; undefined without history. */
  readonly medianRunMs: number | undefined;
  readonly p90RunMs: number | undefined;
  /** Place of the asked job in the order of starting, from 1; undefined when none was asked for or it does not wait. */
  readonly position: number | undefined;
}

interface CountRow {
  readonly waiting: number;
  readonly running: number;
  readonly oldest: number | null;
}

/** @throws NOT_FOUND for a queue that this service does not have. */
export async function queueStatus(store: JobStore, name: string, jobId?: string): Promise<QueueStatus> {
  const limits = store.queues[name];
  if (limits === undefined)
    throw notFound('queue', name, `service ${store.service} has ${Object.keys(store.queues).join(', ')}`);
  const { query } = store.database;
  const [counts] = await query<CountRow>(
    `select count(*) filter (where state = 'QUEUED')::int as waiting, count(*) filter (where state = 'RUNNING')::int as running,
            extract(epoch from clock_timestamp() - min(created_at) filter (where state = 'QUEUED'))::float8 * 1000 as oldest
       from job where queue = $1 and state in ('QUEUED', 'RUNNING')`,
    [name],
  );
  const history = await runHistory(query, name);
  const [place] = jobId === undefined ? [] : await query<{ position: number }>(POSITION, [name, jobId]);
  return {
    name,
    waiting: counts?.waiting ?? 0,
    running: counts?.running ?? 0,
    concurrency: limits.concurrency,
    oldestWaitMs: counts?.oldest ?? 0,
    medianRunMs: history.medianMs,
    p90RunMs: history.p90Ms,
    position: place?.position,
  };
}

// The same turns as the dispatcher takes.
const POSITION = `
with busy as (select tenant, count(*)::int as jobs from job where queue = $1 and (state = 'RUNNING' or (state = 'QUEUED' and released)) group by tenant),
turns as (
  select id, released, served_at, created_at,
         coalesce(busy.jobs, 0) + row_number() over (partition by tenant order by priority desc, created_at, id) as turn
    from job left join busy using (tenant) left join queue_turn using (queue, tenant)
   where queue = $1 and state = 'QUEUED')
select position::int from (
  select id, row_number() over (order by released desc, turn, served_at nulls first, created_at, id) as position from turns) places where id = $2`;
