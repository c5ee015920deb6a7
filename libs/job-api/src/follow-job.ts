import type { Job as JobMessage, JobEvent as JobEventMessage } from '@framesong/contracts/job/v1/job';
import { errorOfSignal, FramesongError, fromPlainError, toFramesongError } from '@framesong/errors';
import type { Job, Jobs, Submitted } from '@framesong/jobs';
import type { CallContext } from '@framesong/rpc';
import { ATTR, log } from '@framesong/telemetry';
import type { JobServiceParts } from './job-service.ts';
import { withDetachedNotice } from './localized-error.ts';
import { createStageLog } from './stage-log.ts';

/** What a call that waits for its job passes on: the accepted job, its events, then the job as it succeeded. */
export type Followed =
  | { readonly kind: 'accepted'; readonly job: JobMessage }
  | { readonly kind: 'event'; readonly event: JobEventMessage }
  | { readonly kind: 'succeeded'; readonly job: Job };

/**
 * Follows a job for the call that submitted it. The work is a job all the same, so a crash in the middle is resumed while
 * the caller's deadline lasts; when the caller goes, the job goes too, unless `detach`.
 * @throws FramesongError what the job ended with; DEADLINE_EXCEEDED naming the stage and how the time was spent
 */
export async function* followJob(
  { jobs, messages }: JobServiceParts,
  { job, created }: Submitted,
  call: CallContext,
  detach: boolean,
): AsyncGenerator<Followed> {
  const stages = createStageLog();
  try {
    yield { kind: 'accepted', job: await messages.withOutlook(job, call.language) };
    for await (const event of jobs.watch(call.tenant, job.id, 0, call.signal)) {
      stages.enter(event.stage);
      yield { kind: 'event', event: await messages.event(event, job) };
    }
    const ended = await jobs.get(call.tenant, job.id);
    if (ended.state !== 'SUCCEEDED') throw errorOfJob(ended);
    yield { kind: 'succeeded', job: ended };
  } catch (thrown) {
    const error = explain(toFramesongError(thrown), job.id, stages.told(), detach);
    const goesOn = detach && error.code === 'DEADLINE_EXCEEDED' && error.metadata['limit'] === undefined;
    throw goesOn ? withDetachedNotice(error, job.id, call.language) : error;
  } finally {
    // Whoever joined a job that another call started does not take it away from that call. On the call's deadline the job
    // ends by itself, so that all hops record the same.
    const isGone = call.signal.aborted && errorOfSignal(call.signal).code !== 'DEADLINE_EXCEEDED';
    if (isGone && created && !detach) cancelQuietly(jobs, call.tenant, job.id);
  }
}

function errorOfJob(job: Job): FramesongError {
  const error = job.error ?? { code: 'CANCELLED' as const, reason: 'JOB_CANCELLED', message: 'the job was cancelled' };
  return fromPlainError(error).with({ metadata: { job_id: job.id } });
}

/** A passed deadline says in which stage, how the time was spent, and what becomes of the job. */
function explain(error: FramesongError, jobId: string, spent: string, detached: boolean): FramesongError {
  if (error.code !== 'DEADLINE_EXCEEDED' || 'job_id' in error.metadata) return error;
  const fate = detached ? `the job goes on: watch ${jobId}` : `job ${jobId} ended with it`;
  return new FramesongError(`the deadline passed ${spent}; ${fate}`, {
    code: 'DEADLINE_EXCEEDED',
    reason: 'DEADLINE_EXCEEDED',
    metadata: { ...error.metadata, job_id: jobId, spent },
  });
}

function cancelQuietly(jobs: Jobs, tenant: string, jobId: string): void {
  jobs.cancel(tenant, jobId, 'the caller of the attached call went away').catch((thrown: unknown) => {
    log.warn(
      { err: thrown, [ATTR.jobId]: jobId },
      'the job of a call that ended could not be cancelled; its run timeout will end it',
    );
  });
}
