import { notFound } from '@framesong/errors';
import type { Query } from './database.ts';
import type { JobStore } from './job-store.ts';
import { placeInQueue, rankOf, type TenantLoad } from './queue-load.ts';
import { maxWaitingOf, runHistory } from './queue-room.ts';

/** How a queue stands, for one tenant or for all. */
export interface QueueStatus {
  readonly name: string;
  /** Jobs of the tenant who asks, or of all. */
  readonly waiting: number;
  readonly running: number;
  /** When the oldest waiting one was accepted; undefined without one. */
  readonly oldestAt: Date | undefined;
  /** Jobs that ended with a result, and without one, in the last {@link RECENT_MS}. */
  readonly recentSucceeded: number;
  readonly recentFailed: number;
  /** Jobs of all tenants that run at once, and that may wait. */
  readonly concurrency: number;
  readonly maxWaiting: number;
  /** Jobs of all tenants that run or wait. */
  readonly total: number;
  /** Jobs of all tenants that may start at once. */
  readonly freePlaces: number;
  /** Running time of recent jobs of all tenants, from `samples` of them; undefined without history. */
  readonly medianRunMs: number | undefined;
  readonly p90RunMs: number | undefined;
  readonly samples: number;
  /** Place in the order of starting, from 1, that a new job of the tenant who asks would have. */
  readonly nextPosition: number;
}

/** The queues of a service, looked at from outside. */
export interface Queues {
  /** In alphabetical order. */
  readonly names: readonly string[];
  /** The kinds of jobs that wait in a queue. */
  kinds(name: string): string[];
  /**
   * @param tenant who asks: whose jobs are counted, unless `counted` is all, and whose next position is told
   * @throws NOT_FOUND for a queue that this service does not have
   */
  status(name: string, tenant: string, counted?: 'own' | 'all'): Promise<QueueStatus>;
  /** Place of a job in the order of starting, from 1; undefined when it does not wait. */
  position(job: { readonly id: string; readonly tenant: string; readonly queue: string }): Promise<number | undefined>;
}

/** What counts as recent. */
export const RECENT_MS = 600_000;

const RECENT = `
select count(*) filter (where state = 'SUCCEEDED')::int as succeeded, count(*) filter (where state <> 'SUCCEEDED')::int as failed
  from job where queue = $1 and finished_at > now() - make_interval(secs => $2::float8 / 1000)
             and ($3::text is null or tenant = $3)`;

export function openQueues(store: JobStore): Queues {
  const { query } = store.database;
  return {
    names: Object.keys(store.queues).sort(),
    kinds: (name) => [...store.definitions.values()].filter(({ queue }) => queue === name).map(({ kind }) => kind),
    async status(name, tenant, counted = 'own') {
      const limits = store.queues[name];
      if (limits === undefined)
        throw notFound('queue', name, `service ${store.service} has ${Object.keys(store.queues).join(', ')}`);
      const [loads, recent, history] = await Promise.all([
        store.loads.read(name),
        readRecent(query, name, counted === 'all' ? undefined : tenant),
        runHistory(query, name),
      ]);
      const own = loads.filter((load) => load.tenant === tenant);
      const chosen = counted === 'all' ? loads : own;
      const busy = sum(loads, ({ running, released }) => running + released);
      const oldest = chosen
        .flatMap(({ oldestAt }) => oldestAt ?? [])
        .sort((left, right) => Number(left) - Number(right));
      return {
        name,
        waiting: sum(chosen, ({ waiting, released, following }) => waiting + released + following),
        running: sum(chosen, ({ running }) => running),
        oldestAt: oldest[0],
        recentSucceeded: recent.succeeded,
        recentFailed: recent.failed,
        concurrency: limits.concurrency,
        maxWaiting: maxWaitingOf(limits),
        total: busy + sum(loads, ({ waiting }) => waiting),
        freePlaces: Math.max(0, limits.concurrency - busy),
        medianRunMs: history.medianMs,
        p90RunMs: history.p90Ms,
        samples: history.samples,
        nextPosition: placeInQueue(loads, tenant, sum(own, ({ waiting }) => waiting) + 1),
      };
    },
    async position({ id, tenant, queue }) {
      const own = await rankOf(query, id);
      if (own === undefined) return undefined;
      return own.released ? own.rank : placeInQueue(await store.loads.read(queue), tenant, own.rank);
    },
  };
}

async function readRecent(
  query: Query,
  queue: string,
  tenant: string | undefined,
): Promise<{ readonly succeeded: number; readonly failed: number }> {
  const [row] = await query<{ succeeded: number; failed: number }>(RECENT, [queue, RECENT_MS, tenant ?? null]);
  return row ?? { succeeded: 0, failed: 0 };
}

function sum(loads: readonly TenantLoad[], value: (load: TenantLoad) => number): number {
  return loads.reduce((total, load) => total + value(load), 0);
}
