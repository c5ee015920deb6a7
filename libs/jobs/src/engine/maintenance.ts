import { ATTR, log } from '@framesong/telemetry';
import { removeOldBatches } from '../batches/write-batch.ts';
import { endAbandonedOrders } from '../costs/write-orders.ts';
import { isDatabaseUnavailable } from '../database.ts';
import type { JobStore } from '../job-store.ts';
import { engineSchema, startId, type Engine } from './dbos.ts';

const INTERVAL_MS = 60_000;
const BATCH = 500;

/** Looks after lost starts and abandoned orders at once and each minute, and removes finished jobs older than `retentionMs`. */
export function startMaintenance(store: JobStore, engine: Engine, retentionMs: number): AsyncDisposable {
  let working: Promise<void> | undefined;
  const maintain = async (): Promise<void> => {
    try {
      await releaseLost(store);
      await endAbandonedOrders(store.database.query);
      while ((await removeOld(store, engine, retentionMs)) === BATCH);
      await removeOldBatches(store, retentionMs);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) log.warn({ err: error }, 'old jobs were not looked after');
    } finally {
      working = undefined;
    }
  };
  const begin = (): void => void (working ??= maintain());
  const timer = setInterval(begin, INTERVAL_MS);
  begin();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await working;
    },
  };
}

/**
 * Gives back jobs that stand as handed out and that the engine has no unfinished start of, so that they are handed out
 * again. Both are written in one transaction, so this finds something only after the engine itself lost a start.
 * @returns how many.
 */
export async function releaseLost(store: JobStore): Promise<number> {
  const lost = await store.database.query(
    `update job set released = false, state = 'QUEUED'
      where (state = 'RUNNING' or (state = 'QUEUED' and released))
        and not exists (select from "${engineSchema(store.service)}".workflow_status start
                         where start.workflow_uuid = job.id || ':' || job.releases
                           and start.status in ('ENQUEUED', 'PENDING', 'DELAYED'))
     returning id`,
  );
  for (const { id } of lost) log.warn({ [ATTR.jobId]: id as string }, 'a job without a start is handed out again');
  return lost.length;
}

/** Removes up to a batch of old finished jobs with what the engine knows of them; returns how many. */
export async function removeOld(store: JobStore, engine: Engine, retentionMs: number): Promise<number> {
  const gone = await store.database.query<{ id: string; releases: number }>(
    `delete from job where id in (
       select id from job where finished_at < now() - make_interval(secs => $1::float8 / 1000) order by finished_at limit ${BATCH})
     returning id, releases`,
    [retentionMs],
  );
  const starts = gone.flatMap(({ id, releases }) =>
    Array.from({ length: releases }, (_, index) => startId(id, index + 1)),
  );
  if (starts.length > 0) await engine.forget(starts);
  return gone.length;
}
