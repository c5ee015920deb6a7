import { FramesongError } from '@framesong/errors';
import type { Database } from '../database.ts';
import type { JobRow } from '../job-row.ts';

/**
 * Takes a job for a run. After a crash its clock stands where the job was last heard of: at a beat, an event or a finished
 * step. A run that finished steps before it crashed does not count with the crashes before them.
 */
const BEGIN = `
with before as (
  select job.id, job.left_in_order or $4 as in_order,
         (select count(*)::int from job_step where job_id = job.id and finished_at is not null) as steps,
         case when job.left_in_order or job.run_clock_token is distinct from job.run_token then job.run_used_ms
              else greatest(job.run_used_ms, job.run_base_ms + greatest(0, round(1000 * extract(epoch from
                   greatest(job.last_event_at, (select max(finished_at) from job_step where job_id = job.id)) - job.run_began_at))))
          end as used
    from job where id = $1)
update job
   set state = 'RUNNING',
       started_at = coalesce(started_at, clock_timestamp()),
       attempts = attempts + 1,
       crashes = case when in_order then crashes when steps > steps_at_begin then 1 else crashes + 1 end,
       left_in_order = false,
       run_token = $2,
       run_used_ms = used,
       run_base_ms = used,
       run_began_at = clock_timestamp(),
       run_clock_token = $2,
       steps_at_begin = steps
  from before
 where job.id = before.id and state in ('QUEUED', 'RUNNING') and kind = any($3)
   and (run_token is distinct from $2) and ($5::uuid is null or run_token = $5)
returning job.*`;

// An answer that was lost: the run was begun and is the same one.
const BEGUN = `select * from job where id = $1 and run_token = $2 and state = 'RUNNING'`;

// Released again after a while, when another worker may be the faster one.
const HAND_BACK = `
update job set state = 'QUEUED', released = false, not_before = clock_timestamp() + interval '1 second'
 where id = $1 and state in ('QUEUED', 'RUNNING') and kind <> all($2) returning kind`;

export interface BeginOptions {
  readonly jobId: string;
  /** Made for this run; lets it write, and no earlier one. */
  readonly token: string;
  /** What this worker can run. */
  readonly kinds: readonly string[];
  /** Token of the run of this process that was cut off: it goes on only when nobody else has begun meanwhile. */
  readonly after?: string | undefined;
}

/**
 * Takes the job for this run; whoever had it before can write no more. A repeat with the same token changes nothing.
 * @returns undefined when it is over, gone, with another worker, or of a kind that this worker does not know: such a job
 * goes back to the queue, for a worker of another version.
 */
export async function beginRun(
  database: Database,
  { jobId, token, kinds, after }: BeginOptions,
): Promise<JobRow | undefined> {
  return database.transaction(async (query) => {
    const [row] = await query<JobRow>(BEGIN, [jobId, token, kinds, after !== undefined, after ?? null]);
    if (row !== undefined) {
      const type = row.attempts === 1 ? 'STARTED' : 'RESUMED';
      await query(`select append_event($1, $2, null, null, null, null, null)`, [jobId, type]);
      return row;
    }
    if (after === undefined) await query(HAND_BACK, [jobId, kinds]);
    const [begun] = await query<JobRow>(BEGUN, [jobId, token]);
    return begun;
  });
}

/** The error of a job that ended its worker too often. */
export function poisoned(row: JobRow): FramesongError {
  return new FramesongError(
    `the job was given up after ${row.crashes} crashes of its worker, the last in stage ${row.stage ?? 'none'}: retry it once the cause is removed`,
    {
      code: 'ABORTED',
      reason: 'JOB_POISONED',
      metadata: { crashes: String(row.crashes), ...(row.stage !== null && { stage: row.stage }) },
    },
  );
}
