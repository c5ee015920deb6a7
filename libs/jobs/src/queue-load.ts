import type { Database, Query } from './database.ts';
import type { JobRow } from './job-row.ts';

/** What one tenant has in a queue. */
export interface TenantLoad {
  readonly tenant: string;
  readonly running: number;
  /** Waiting, and handed to a worker already. */
  readonly released: number;
  /** Waiting otherwise. */
  readonly waiting: number;
  /** Waiting for the result of another job. */
  readonly following: number;
  readonly oldestAt: Date | null;
  /** When it had its last turn. */
  readonly servedAt: Date | null;
}

const LOAD = `
select tenant, sum(running)::int as running, sum(released)::int as released, sum(waiting)::int as waiting,
       sum(following)::int as following, min(oldest) as "oldestAt",
       (select served_at from queue_turn where queue = $1 and queue_turn.tenant = parts.tenant) as "servedAt"
  from (select tenant, 0 as running, 0 as released, count(*) as waiting, 0 as following, min(created_at) as oldest
          from job where queue = $1 and state = 'QUEUED' and not released group by tenant
         union all
        select tenant, count(*) filter (where state = 'RUNNING'), count(*) filter (where state = 'QUEUED'), 0, 0,
               min(created_at) filter (where state = 'QUEUED')
          from job where queue = $1 and (state = 'RUNNING' or (state = 'QUEUED' and released)) group by tenant
         union all
        select tenant, 0, 0, -count(*), count(*), null
          from job where queue = $1 and state = 'QUEUED' and follows is not null group by tenant) parts
 group by tenant`;

// A job that waits for the result of another one stands where that stands.
const MINE = `
select id, queue, tenant, priority, created_at, released from job
 where id = (select coalesce(follows, id) from job where id = $1) and state = 'QUEUED'`;

const BEFORE_MINE = `
job.queue = $1 and job.tenant = $2 and job.state = 'QUEUED'
and (job.priority > $3 or (job.priority = $3 and (job.created_at, job.id) < ($4, $5)))`;

const RANK = `
select (select count(*) from job where not released and ${BEFORE_MINE})::int
       - (select count(*) from job where follows is not null and ${BEFORE_MINE})::int + 1 as rank`;
const RANK_OF_RELEASED = `select count(*)::int + 1 as rank from job where released and ${BEFORE_MINE}`;

/** Waiting jobs that are worth a millisecond of not looking again: small queues are told exactly. */
const JOBS_PER_KEPT_MS = 50;
const MAX_KEEP_MS = 2000;

/** What the queues hold, by the last look; looking costs the more, the more there is, so it is used again for a while. */
export interface QueueLoads {
  read(queue: string): Promise<readonly TenantLoad[]>;
  /** Waiting jobs of all tenants: those of the last look and those that were accepted here since. */
  waiting(queue: string): Promise<number>;
  /** Told of each job that is accepted here. */
  noteAccepted(queue: string): void;
}

export function openQueueLoads(database: Database): QueueLoads {
  const looks = new Map<string, Promise<readonly TenantLoad[]>>();
  const accepted = new Map<string, number>();
  const look = (queue: string): Promise<readonly TenantLoad[]> => {
    const kept = looks.get(queue);
    if (kept) return kept;
    accepted.set(queue, 0);
    const begun = database.query<TenantLoad>(LOAD, [queue]);
    looks.set(queue, begun);
    const forget = (): void => void looks.delete(queue);
    begun.then(
      (loads) => setTimeout(forget, Math.min(MAX_KEEP_MS, waitingIn(loads) / JOBS_PER_KEPT_MS)).unref(),
      forget,
    );
    return begun;
  };
  return {
    read: look,
    waiting: async (queue) => waitingIn(await look(queue)) + (accepted.get(queue) ?? 0),
    noteAccepted: (queue) => void accepted.set(queue, (accepted.get(queue) ?? 0) + 1),
  };
}

function waitingIn(loads: readonly TenantLoad[]): number {
  return loads.reduce((sum, { waiting, released }) => sum + waiting + released, 0);
}

/** The place of a waiting job among its tenant's own jobs, from 1; undefined when it does not wait. */
export async function rankOf(
  query: Query,
  jobId: string,
): Promise<{ readonly released: boolean; readonly rank: number } | undefined> {
  const [mine] = await query<JobRow & { released: boolean }>(MINE, [jobId]);
  if (mine === undefined) return undefined;
  const { queue, tenant, priority, created_at, id, released } = mine;
  const values = [queue, tenant, priority, created_at, id];
  const [row] = await query<{ rank: number }>(released ? RANK_OF_RELEASED : RANK, values);
  return { released, rank: row?.rank ?? 1 };
}

/**
 * The place in the order of starting, from 1, by the turns that the dispatcher takes: what is handed out, then round by
 * round one job of each tenant, where a tenant with jobs at work joins that many rounds later.
 * @param rank place among the tenant's own waiting jobs, from 1
 */
export function placeInQueue(loads: readonly TenantLoad[], tenant: string, rank: number): number {
  const own = loads.find((load) => load.tenant === tenant);
  const round = busyOf(own) + rank;
  let ahead = 0;
  for (const load of loads) {
    ahead += load.released;
    if (load === own) continue;
    const before = Math.max(0, Math.min(load.waiting, round - 1 - busyOf(load)));
    const isInRound = busyOf(load) < round && round <= busyOf(load) + load.waiting;
    ahead += before + (isInRound && hadTurnBefore(load, own) ? 1 : 0);
  }
  return ahead + rank;
}

/** Of two tenants that never had a turn the other counts as first: better to promise too little. */
function hadTurnBefore(other: TenantLoad, own: TenantLoad | undefined): boolean {
  if (!other.servedAt) return true;
  return own?.servedAt != null && other.servedAt < own.servedAt;
}

function busyOf(load: TenantLoad | undefined): number {
  return load ? load.running + load.released : 0;
}
