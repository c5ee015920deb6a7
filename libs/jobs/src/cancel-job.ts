import { cancelled, FramesongError, toPlainError } from '@framesong/errors';
import { endOrdersOfJob } from './costs/write-orders.ts';
import { isFinal, type Job } from './job.ts';
import { jobOfRow, type JobRow } from './job-row.ts';
import { announceQueue, findJobRow, type JobStore } from './job-store.ts';
import { checkRoom } from './queue-room.ts';

/**
 * Cancels a job. It is CANCELLED when this returns, and stays so: a run that is still ending can no longer change it.
 * The signal of a running job fires at once, wherever it runs. A finished job is returned as it is.
 * @throws NOT_FOUND; UNAVAILABLE.
 */
export async function cancelJob(
  store: JobStore,
  tenant: string,
  jobId: string,
  why = 'cancelled by the caller',
): Promise<Job> {
  return store.database.transaction(async (query) => {
    await findJobRow(store, tenant, jobId, query);
    const error = toPlainError(cancelled(why));
    const changed = await query<JobRow>(
      `update job set state = 'CANCELLED', finished_at = clock_timestamp(), error = $2::jsonb
        where id = $1 and state in ('QUEUED', 'RUNNING') returning *`,
      [jobId, JSON.stringify(error)],
    );
    if (changed.length > 0) {
      await query(`select append_event($1, 'CANCELLED', null, null, null, $2, null)`, [jobId, why]);
      await query(`select pg_notify(current_schema(), 'cancel ' || $1)`, [jobId]);
    }
    return jobOfRow(await findJobRow(store, tenant, jobId, query));
  });
}

/**
 * Starts a failed or cancelled job once more. Finished steps are kept; the run timeout starts anew. What it has ordered and
 * nobody knows the end of stays at risk; it may be ordered once more.
 * @throws NOT_FOUND; FAILED_PRECONDITION when it is not over or succeeded; RESOURCE_EXHAUSTED when the queue is full.
 */
export async function retryJob(store: JobStore, tenant: string, jobId: string): Promise<Job> {
  return store.database.transaction(async (query) => {
    const before = await findJobRow(store, tenant, jobId, query);
    if (isFinal(before.state)) await checkRoom(query, store, before.queue);
    const changed = await query(
      `update job set state = 'QUEUED', finished_at = null, error = null, released = false, run_token = null, run_used_ms = 0,
              crashes = 0, left_in_order = true, expire_time = null
        where id = $1 and state in ('FAILED', 'CANCELLED') returning id`,
      [jobId],
    );
    if (changed.length === 0) {
      throw new FramesongError(`job ${jobId} is ${before.state}: only a FAILED or CANCELLED job is started again`, {
        code: 'FAILED_PRECONDITION',
        reason: 'JOB_NOT_RETRYABLE',
        metadata: { state: before.state },
      });
    }
    await query('delete from job_note where job_id = $1 and until_retry', [jobId]);
    await endOrdersOfJob(query, jobId);
    await query(`select append_event($1, 'RETRIED', null, null, null, null, null)`, [jobId]);
    await announceQueue(query);
    return jobOfRow(await findJobRow(store, tenant, jobId, query));
  });
}

/**
 * Removes a finished job with its events and saved steps. What its result refers to is not touched.
 * @throws NOT_FOUND; FAILED_PRECONDITION when it is not over: cancel it first.
 */
export async function deleteJob(store: JobStore, tenant: string, jobId: string): Promise<void> {
  const row = await findJobRow(store, tenant, jobId);
  if (isFinal(row.state)) {
    const gone = await store.database.query(
      `delete from job where id = $1 and state in ('SUCCEEDED', 'FAILED', 'CANCELLED') returning id`,
      [jobId],
    );
    if (gone.length > 0) return;
  }
  throw new FramesongError(`job ${jobId} is ${row.state}: cancel it before deleting it`, {
    code: 'FAILED_PRECONDITION',
    reason: 'JOB_NOT_FINISHED',
    metadata: { state: row.state },
  });
}
