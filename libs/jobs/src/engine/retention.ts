import { log } from '@framesong/telemetry';
import { isDatabaseUnavailable } from '../database.ts';
import type { JobStore } from '../job-store.ts';
import { startId, type Engine } from './dbos.ts';

const CLEAN_INTERVAL_MS = 600_000;
const BATCH = 500;

/** Removes finished jobs that are older than `retentionMs`, now and then. */
export function startRetention(store: JobStore, engine: Engine, retentionMs: number): Disposable {
  const clean = async (): Promise<void> => {
    try {
      while ((await removeOld(store, engine, retentionMs)) === BATCH);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) log.warn({ err: error }, 'old jobs were not removed');
    }
  };
  const timer = setInterval(() => void clean(), CLEAN_INTERVAL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Removes up to a batch of old finished jobs; returns how many. */
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
