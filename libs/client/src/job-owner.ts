import { JobState, type Job } from '@framesong/contracts/job/v1/job';
import { FramesongError, invalidField } from '@framesong/errors';
import { errorOfRpcStatus } from '@framesong/rpc';
import type { Framesong } from './framesong.ts';

/** A service that has jobs and artifacts. */
export type JobOwner = Framesong['imageGeneration'] | Framesong['music'];

/**
 * The service that a job belongs to, by the prefix of its id.
 * @throws FramesongError INVALID_ARGUMENT for an id without known prefix
 */
export function jobOwner(framesong: Pick<Framesong, 'imageGeneration' | 'music'>, jobId: string): JobOwner {
  if (jobId.startsWith('frame_')) return framesong.imageGeneration;
  if (jobId.startsWith('song_')) return framesong.music;
  throw invalidField('job_id', `${jobId} is no job id: they begin with frame_ or song_`);
}

/** True for a state that a job does not leave again. */
export function isFinal(state: JobState): boolean {
  return state !== JobState.QUEUED && state !== JobState.RUNNING && state !== JobState.UNSPECIFIED;
}

/** Why a job has ended without result; undefined while it has not, and when it succeeded. */
export function errorOfJob(job: Job): FramesongError | undefined {
  if (!isFinal(job.state) || job.state === JobState.SUCCEEDED) return undefined;
  const error = job.error
    ? errorOfRpcStatus(job.error)
    : new FramesongError('the job was cancelled', { code: 'CANCELLED', reason: 'JOB_CANCELLED' });
  return error.with({
    metadata: { job_id: job.id },
    ...(!error.resource && { resource: { type: 'job', name: job.id } }),
  });
}
