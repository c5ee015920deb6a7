import { randomUUID } from 'node:crypto';
import type { Query } from '../database.ts';
import { newJobId } from '../job-id.ts';

// The statements by which the first version of this library, which knew the first migration only, submitted and ran jobs:
// copies, which must never be changed. They show that its processes go on beside those of this version.

/** Submits as the first version did; returns the id. */
export async function submitOfFirstVersion(query: Query, kind: string, queue: string): Promise<string> {
  const [row] = await query<{ id: string }>(
    `insert into job (id, tenant, kind, queue, request_id, request_digest, labels, priority, input, run_timeout_ms, expire_time,
                      attached, trace_carrier, submit_trace_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (tenant, request_id) where request_id is not null do nothing
     returning *`,
    [newJobId('frame'), 'anna', kind, queue, null, 'digest', '{}', 0, 'null', null, null, false, '{}', null],
  );
  await query(`select append_event($1, 'SUBMITTED', null, 0, null, null, null)`, [row!.id]);
  await query(`select pg_notify(current_schema(), 'queue')`);
  return row!.id;
}

/** Begins a run as the first version did; returns its token, and how often the job was started. */
export async function beginOfFirstVersion(query: Query, jobId: string): Promise<{ token: string; attempts: number }> {
  const token = randomUUID();
  const [row] = await query<{ attempts: number }>(
    `update job
        set state = 'RUNNING',
            started_at = coalesce(started_at, clock_timestamp()),
            attempts = attempts + 1,
            crashes = crashes + case when left_in_order then 0 else 1 end,
            left_in_order = false,
            run_token = $2
      where id = $1 and state in ('QUEUED', 'RUNNING')
     returning *`,
    [jobId, token],
  );
  const { attempts } = row!;
  await query(`select append_event($1, $2, null, null, null, null, null)`, [jobId, attempts === 1 ? 'STARTED' : 'RESUMED']); // prettier-ignore
  return { token, attempts };
}

/** Does a step as the first version did; returns the saved result when it was done before. */
export async function stepOfFirstVersion(
  query: Query,
  run: { readonly jobId: string; readonly token: string },
  name: string,
  result: unknown,
): Promise<unknown> {
  const [begun] = await query<{ finished: boolean; result: unknown }>(
    `insert into job_step (job_id, name, attempts)
     select id, $3, 1 from job where id = $1 and run_token = $2 and state = 'RUNNING' for update
         on conflict (job_id, name) do update set attempts = job_step.attempts + case when job_step.finished_at is null then 1 else 0 end
     returning attempts, finished_at is not null as finished, result`,
    [run.jobId, run.token, name],
  );
  if (begun?.finished === true) return begun.result;
  await query(
    `update job_step set result = $4::jsonb, finished_at = clock_timestamp()
       from job where job.id = job_step.job_id and job.id = $1 and job.run_token = $2 and job.state = 'RUNNING' and job_step.name = $3
     returning job_step.name`,
    [run.jobId, run.token, name, JSON.stringify(result)],
  );
  return result;
}

/** Ends a run as the first version did. False when the job was no longer its own. */
export async function finishOfFirstVersion(query: Query, jobId: string, token: string): Promise<boolean> {
  const done = await query(
    `update job
        set state = $3, result = $4::jsonb, error = $5::jsonb, stages = $6::jsonb, run_used_ms = $7,
            finished_at = clock_timestamp(), left_in_order = true
      where id = $1 and run_token = $2 and state = 'RUNNING'
     returning id`,
    [jobId, token, 'SUCCEEDED', '"of the first version"', null, '[]', 5],
  );
  if (done.length > 0) await query(`select append_event($1, $2, null, $3, null, $4, null)`, [jobId, 'SUCCEEDED', 100, null]); // prettier-ignore
  return done.length > 0;
}

/** Beats as the first version did. */
export async function beatOfFirstVersion(query: Query, executorId: string): Promise<void> {
  await query(`insert into executor (id, beat_at) values ($1, now()) on conflict (id) do update set beat_at = now()`, [
    executorId,
  ]);
}
