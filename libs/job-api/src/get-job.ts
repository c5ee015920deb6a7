import type { GetJobRequest, GetJobResponse } from '@framesong/contracts/job/v1/job_service';
import type { CallContext } from '@framesong/rpc';
import type { JobServiceParts } from './job-service.ts';

/** `GetJob`: the job as it stands, with what is to be expected of it. */
export async function getJob(
  { jobs, messages }: JobServiceParts,
  { jobId }: GetJobRequest,
  call: CallContext,
): Promise<GetJobResponse> {
  return { job: await messages.withOutlook(await jobs.get(call.tenant, jobId), call.language) };
}
