import type { GetJobRequest, GetJobResponse } from '@framesong/contracts/job/v1/job_service';
import type { CallContext } from '@framesong/rpc';
import type { JobServiceParts } from './job-service.ts';

/** `GetJob`: the job as it stands, with its place in the queue. */
export async function getJob(
  { jobs, messages }: JobServiceParts,
  { jobId }: GetJobRequest,
  call: CallContext,
): Promise<GetJobResponse> {
  return { job: await messages.withPosition(await jobs.get(call.tenant, jobId)) };
}
