import { log } from '@framesong/telemetry';
import { isDatabaseUnavailable } from '../database.ts';
import type { JobStore } from '../job-store.ts';
import type { Engine } from './dbos.ts';
import { failExpired } from './expire-queued.ts';

/**
 * Hands waiting jobs to the engine, as many as may run, by turns between tenants: next is the tenant with the fewest running
 * jobs, of several the one whose last turn is longest ago; within a tenant the higher priority, then the older job.
 */
const CHOOSE = `
with busy as (
  select tenant, count(*)::int as jobs from job
   where queue = $1 and (state = 'RUNNING' or (state = 'QUEUED' and released)) group by tenant),
turns as (
  select id, served_at, created_at,
         coalesce(busy.jobs, 0) + row_number() over (partition by tenant order by priority desc, created_at, id) as turn
    from job left join busy using (tenant) left join queue_turn using (queue, tenant)
   where queue = $1 and state = 'QUEUED' and not released and (not_before is null or not_before <= clock_timestamp())),
chosen as (
  update job set released = true, releases = releases + 1
   where state = 'QUEUED' and not released
     and id in (select id from turns order by turn, served_at nulls first, created_at, id
                 limit greatest(0, $2 - (select coalesce(sum(jobs), 0) from busy)))
  returning id, releases, tenant),
served as (
  insert into queue_turn (queue, tenant, served_at) select $1, tenant, clock_timestamp() from (select distinct tenant from chosen) tenants
      on conflict (queue, tenant) do update set served_at = excluded.served_at)
select id, releases from chosen`;

export interface Dispatcher {
  /** Looks at the queues soon; several calls make one look. */
  look(): void;
  stop(): Promise<void>;
}

/** Starts to hand out jobs. One dispatcher at a time works over all processes. */
export function startDispatcher(store: JobStore, engine: Engine, lookIntervalMs: number): Dispatcher {
  let wanted = false;
  let working: Promise<void> | undefined;
  let stopped = false;

  const work = async (): Promise<void> => {
    // Read through a function: both change while this waits.
    const goOn = (): boolean => wanted && !stopped;
    while (goOn()) {
      wanted = false;
      try {
        await dispatch(store, engine);
      } catch (error) {
        // The next look, at the latest after the interval, does what this one did not.
        if (!isDatabaseUnavailable(error)) log.warn({ err: error }, 'waiting jobs were not handed out');
      }
    }
    working = undefined;
  };
  const look = (): void => {
    wanted = true;
    if (!stopped) working ??= work();
  };
  const timer = setInterval(look, lookIntervalMs);
  const stopListening = store.notifications.onSignal((kind) => kind === 'queue' && look());
  const stopConnected = store.notifications.onConnected((connected) => connected && look());
  look();
  return {
    look,
    async stop() {
      stopped = true;
      clearInterval(timer);
      stopListening();
      stopConnected();
      await working;
    },
  };
}

async function dispatch(store: JobStore, engine: Engine): Promise<void> {
  await store.database.transaction(async (query, client) => {
    // Not waited for: whoever has it is looking, and is told of every change as we are. One that froze with it loses its
    // session soon.
    const [lock] = await query<{ taken: boolean }>(
      'select pg_try_advisory_xact_lock(hashtextextended($1, 2)) as taken',
      [store.database.schema],
    );
    if (lock?.taken !== true) return;
    await failExpired(query);
    for (const [queue, { concurrency }] of Object.entries(store.queues)) {
      const released = await query<{ id: string; releases: number }>(CHOOSE, [queue, concurrency]);
      for (const { id, releases } of released) await engine.enqueue(client, { jobId: id, release: releases, queue });
    }
  });
}
