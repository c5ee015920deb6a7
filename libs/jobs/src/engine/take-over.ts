import { log } from '@framesong/telemetry';
import type { JobStore } from '../job-store.ts';
import { engineSchema } from './dbos.ts';

export interface TakeOverOptions {
  /** Of the worker that takes over. */
  readonly executorId: string;
  readonly deadAfterMs: number;
  /**
   * Whether this worker itself has reached the database for a while without a break. Who was away, or has just come, does
   * not know who else was: after a restart of the database everybody seems dead until he has beaten again.
   */
  readonly isSteady: boolean;
}

// Locked, so that a beat that comes now waits for the end of this, and finds its jobs taken.
const SILENT = `
select id from executor where id <> $1 and beat_at < now() - make_interval(secs => $2::float8 / 1000) for update skip locked`;

const LEFT = (engine: string): string => `
select distinct executor_id as id from "${engine}".workflow_status
 where status = 'PENDING' and executor_id <> $1 and not exists (select from executor where id = executor_id)`;

// Whoever had them can write no more, from this moment on, and not only once the next has begun.
const FENCE = (engine: string): string => `
update job
   set run_token = taken.token, run_clock_token = case when run_clock_token = run_token then taken.token end
  from (select workflow_uuid, gen_random_uuid() as token from "${engine}".workflow_status
         where status = 'PENDING' and executor_id = any($1)) taken
 where taken.workflow_uuid = job.id || ':' || job.releases and job.state = 'RUNNING'`;

// As the engine's own recovery does it.
const ENQUEUE = (engine: string): string => `
update "${engine}".workflow_status
   set status = 'ENQUEUED', owner_xid = null, started_at_epoch_ms = null,
       updated_at = (extract(epoch from clock_timestamp()) * 1000)::bigint
 where status = 'PENDING' and executor_id = any($1) and queue_name is not null
returning workflow_uuid`;

/** Puts the running jobs of workers that are dead, or have left, back on their queues: they go on here or at a peer. */
export async function takeOverDead(store: JobStore, options: TakeOverOptions): Promise<void> {
  const { executorId, deadAfterMs, isSteady } = options;
  const engine = engineSchema(store.service);
  const taken = await store.database.transaction(async (query) => {
    const silent = isSteady ? await query<{ id: string }>(SILENT, [executorId, deadAfterMs]) : [];
    const left = await query<{ id: string }>(LEFT(engine), [executorId]);
    const ids = [...silent, ...left].map(({ id }) => id);
    if (ids.length === 0) return undefined;
    await query(FENCE(engine), [ids]);
    const jobs = await query(ENQUEUE(engine), [ids]);
    await query('delete from executor where id = any($1)', [ids]);
    return { executors: ids, jobs: jobs.length };
  });
  if (taken !== undefined && taken.jobs > 0) log.warn(taken, 'the jobs of dead workers go on here or at a peer');
}
