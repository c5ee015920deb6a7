import { FramesongError } from '@framesong/errors';
import { randomUUID } from 'node:crypto';
import type { Database } from '../database.ts';
import type { JobRow } from '../job-row.ts';

const BEGIN = `
update job
   set state = 'RUNNING',
       started_at = coalesce(started_at, clock_timestamp()),
       attempts = attempts + 1,
       crashes = crashes + case when left_in_order then 0 else 1 end,
       left_in_order = false,
       run_token = $2
 where id = $1 and state in ('QUEUED', 'RUNNING')
returning *`;

export interface BegunRun {
  readonly row: JobRow;
  readonly token: string;
}

/** Takes the job for this run; whoever had it before can write no more. Undefined when it is over or gone. */
export async function beginRun(database: Database, jobId: string): Promise<BegunRun | undefined> {
  const token = randomUUID();
  return database.transaction(async (query) => {
    const [row] = await query<JobRow>(BEGIN, [jobId, token]);
    if (row === undefined) return undefined;
    const type = row.attempts === 1 ? 'STARTED' : 'RESUMED';
    await query(`select append_event($1, $2, null, null, null, null, null)`, [jobId, type]);
    return { row, token };
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
