import type {
  GenerateFirstFrameRequest,
  GenerateFirstFrameResponse,
} from '@framesong/contracts/image/v1/image_generation_service';
import { errorOfSignal, FramesongError, fromPlainError, toFramesongError } from '@framesong/errors';
import type { Job } from '@framesong/jobs';
import type { CallContext } from '@framesong/rpc';
import { ATTR, log } from '@framesong/telemetry';
import { acceptFirstFrame } from './accept-first-frame.ts';
import { firstFrameMessage } from './first-frame-message.ts';
import type { ImageGenerationParts } from './image-generation-service.ts';
import { createStageLog } from './stage-log.ts';

/**
 * `GenerateFirstFrame`: the caller waits. The work is a job all the same, so a crash in the middle is resumed while the
 * caller's deadline lasts; when the caller goes, the job goes too, unless it is to be detached.
 */
export async function* generateFirstFrame(
  parts: ImageGenerationParts,
  { request, detachOnDisconnect }: GenerateFirstFrameRequest,
  call: CallContext,
): AsyncGenerator<GenerateFirstFrameResponse> {
  const { job, created } = await acceptFirstFrame(
    parts,
    request,
    call,
    detachOnDisconnect ? 'waits' : 'waits to the end',
  );
  const stages = createStageLog();
  try {
    yield { part: { $case: 'accepted', value: parts.messages.job(job) } };
    for await (const event of parts.jobs.watch(call.tenant, job.id, 0, call.signal)) {
      stages.enter(event.stage);
      yield { part: { $case: 'event', value: await parts.messages.event(event, job) } };
    }
    const ended = await parts.jobs.get(call.tenant, job.id);
    if (ended.state !== 'SUCCEEDED') throw errorOfJob(ended);
    yield { part: { $case: 'frame', value: firstFrameMessage(ended) } };
  } catch (thrown) {
    throw explain(toFramesongError(thrown), job.id, stages.told(), detachOnDisconnect);
  } finally {
    // Whoever joined a job that another call started does not take it away from that call. On the call's deadline the job
    // ends by itself, so that all hops record the same.
    const isGone = call.signal.aborted && errorOfSignal(call.signal).code !== 'DEADLINE_EXCEEDED';
    if (isGone && created && !detachOnDisconnect) cancelQuietly(parts, call.tenant, job.id);
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

function cancelQuietly(parts: ImageGenerationParts, tenant: string, jobId: string): void {
  parts.jobs.cancel(tenant, jobId, 'the caller of the attached call went away').catch((thrown: unknown) => {
    log.warn(
      { err: thrown, [ATTR.jobId]: jobId },
      'the job of a call that ended could not be cancelled; its run timeout will end it',
    );
  });
}
