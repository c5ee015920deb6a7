import { FramesongError } from '@framesong/errors';
import type { Query } from './database.ts';
import type { JobStore, QueueLimits } from './job-store.ts';

const DEFAULT_MAX_WAITING = 10_000;
const DEFAULT_RUN_MS = 10_000;
/** Below this share of the limit, less some jobs, other processes cannot have filled the queue since the last look. */
const FAR_SHARE = 0.8;
const FAR_JOBS = 100;
/** No further than to the limit. Jobs that wait for the result of another one take no place. */
const COUNT = `
select count(*)::int as waiting
  from (select from job where queue = $1 and state = 'QUEUED' and follows is null limit $2) waiting`;
/** Runs of the recent past that the expected time comes from. */
const HISTORY = 50;

/** Jobs that may wait in a queue. */
export function maxWaitingOf(limits: QueueLimits | undefined): number {
  return limits?.maxWaiting ?? DEFAULT_MAX_WAITING;
}

/**
 * Makes sure that one more job may wait. Far from the limit what is known is enough; near to it, one submission after the
 * other counts, over all processes, so that the limit holds strictly.
 * @param known waiting jobs by the last look; without it they are counted
 * @throws RESOURCE_EXHAUSTED when the queue is full, with the time in which a place should come free.
 */
export async function checkRoom(query: Query, store: JobStore, queue: string, known = Infinity): Promise<void> {
  const limits = store.queues[queue];
  const maxWaiting = maxWaitingOf(limits);
  if (known < maxWaiting * FAR_SHARE - FAR_JOBS) return;
  await query('select pg_advisory_xact_lock(hashtextextended($1, 3))', [`${store.database.schema} ${queue}`]);
  const [row] = await query<{ waiting: number }>(COUNT, [queue, maxWaiting]);
  if ((row?.waiting ?? 0) < maxWaiting) return;
  const { medianMs } = await runHistory(query, queue);
  const retryAfterMs = Math.ceil((medianMs ?? DEFAULT_RUN_MS) / (limits?.concurrency ?? 1));
  throw new FramesongError(
    `queue ${queue} is full: ${maxWaiting} jobs wait; try again in ${Math.ceil(retryAfterMs / 1000)} s`,
    {
      code: 'RESOURCE_EXHAUSTED',
      reason: 'QUEUE_FULL',
      retryAfterMs,
      metadata: { queue, limit: String(maxWaiting) },
    },
  );
}

/** How long the queue's last runs took; undefined without any. */
export async function runHistory(
  query: Query,
  queue: string,
): Promise<{ medianMs: number | undefined; p90Ms: number | undefined; samples: number }> {
  const [row] = await query<{ median: number | null; p90: number | null; samples: number }>(
    `select count(*)::int as samples, percentile_cont(0.5) within group (order by run_used_ms) as median,
            percentile_cont(0.9) within group (order by run_used_ms) as p90
       from (select run_used_ms from job where queue = $1 and state = 'SUCCEEDED' and attempts > 0
              order by finished_at desc limit ${HISTORY}) recent`,
    [queue],
  );
  return { medianMs: row?.median ?? undefined, p90Ms: row?.p90 ?? undefined, samples: row?.samples ?? 0 };
}
