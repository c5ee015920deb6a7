import type { Query } from './database.ts';
import type { JobStore } from './job-store.ts';

/** What one tenant has in a queue. */
export interface TenantLoad {
  readonly tenant: string;
  readonly running: number;
  /** Waiting, and handed to a worker already. */
  readonly released: number;
  /** Waiting otherwise. */
  readonly waiting: number;
  readonly oldestAt: Date | null;
  /** When it had its last turn. */
  readonly servedAt: Date | null;
}

const LOAD = `
select tenant, count(*) filter (where state = 'RUNNING')::int as running,
       count(*) filter (where state = 'QUEUED' and released)::int as released,
       count(*) filter (where state = 'QUEUED' and not released)::int as waiting,
       min(created_at) filter (where state = 'QUEUED') as "oldestAt", max(served_at) as "servedAt"
  from job left join queue_turn using (queue, tenant)
 where queue = $1 and state in ('QUEUED', 'RUNNING') group by tenant`;

const RANK = `
select mine.released, (
  select count(*)::int + 1 from job ahead
   where ahead.queue = mine.queue and ahead.tenant = mine.tenant and ahead.state = 'QUEUED' and ahead.released = mine.released
     and (ahead.priority > mine.priority
          or (ahead.priority = mine.priority and (ahead.created_at, ahead.id) < (mine.created_at, mine.id)))) as rank
  from job mine where mine.id = $1 and mine.state = 'QUEUED'`;

/** A look is used again for so many times as long as it took: a tenth of the time at most goes to looking. */
const KEEP_FACTOR = 10;
const MAX_KEEP_MS = 2000;

/** Makes a function that tells the loads of a queue; calls at the same time share one look at the database. */
export function createLoadReader(store: JobStore): (queue: string) => Promise<readonly TenantLoad[]> {
  const looks = new Map<string, Promise<readonly TenantLoad[]>>();
  return (queue) => {
    const kept = looks.get(queue);
    if (kept) return kept;
    const begunMs = performance.now();
    const look = store.database.query<TenantLoad>(LOAD, [queue]);
    looks.set(queue, look);
    const forget = (): void => void looks.delete(queue);
    look.then(
      () => setTimeout(forget, Math.min(MAX_KEEP_MS, KEEP_FACTOR * (performance.now() - begunMs))).unref(),
      forget,
    );
    return look;
  };
}

/** The place of a waiting job among its tenant's own jobs, from 1; undefined when it does not wait. */
export async function rankOf(
  query: Query,
  jobId: string,
): Promise<{ readonly released: boolean; readonly rank: number } | undefined> {
  const [row] = await query<{ released: boolean; rank: number }>(RANK, [jobId]);
  return row;
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
