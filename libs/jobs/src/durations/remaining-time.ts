import { expectedRemaining, type RemainingOptions, type RemainingTime } from '@framesong/estimates';
import { isFinal, type Job } from '../job.ts';
import { jobOfRow, type JobRow } from '../job-row.ts';
import type { JobStore } from '../job-store.ts';
import { WHOLE_JOB } from './duration-key.ts';
import { workloadOf } from './run-durations.ts';

/**
 * How much longer a job is expected to run, from the history of jobs like it; of a waiting job, how long it will run once it
 * begins: its wait is the queue's to tell.
 * @returns undefined for a job that has ended
 * @throws UNAVAILABLE while the database does not answer
 */
export async function remainingTime(
  store: Pick<JobStore, 'database' | 'definitions' | 'durations'>,
  job: Job,
  defaults: RemainingOptions['defaults'],
): Promise<RemainingTime | undefined> {
  if (isFinal(job.state)) return undefined;
  const worked = await workedOn(store, job);
  const workload = workloadOf(store, worked);
  const history = workload && (await store.durations.history({ ...workload, stage: WHOLE_JOB }));
  return expectedRemaining({ history, elapsedMs: elapsedMs(worked), defaults });
}

/** A job that waits for the result of another ends with that one. */
async function workedOn({ database }: Pick<JobStore, 'database'>, job: Job): Promise<Job> {
  if (job.state !== 'QUEUED' || job.reuse?.outcome !== 'coalesced') return job;
  const [row] = await database.query<JobRow>('select * from job where id = $1', [job.reuse.jobId]);
  return row ? jobOfRow(row) : job;
}

/** The stored running time is as old as the last heartbeat; of a first attempt the start is known. */
function elapsedMs({ state, attempts, startedAt, runUsedMs }: Job): number {
  if (state !== 'RUNNING' || attempts > 1 || !startedAt) return runUsedMs;
  return Math.max(runUsedMs, Date.now() - startedAt.getTime());
}
