import type { DeleteJobRequest, DeleteJobResponse } from '@framesong/contracts/job/v1/job_service';
import type { CallContext } from '@framesong/rpc';
import type { JobServiceParts } from './job-service.ts';

/** `DeleteJob`: only what has ended. */
export async function deleteJob(
  { jobs }: JobServiceParts,
  { jobId }: DeleteJobRequest,
  call: CallContext,
): Promise<DeleteJobResponse> {
  await jobs.delete(call.tenant, jobId);
  return {};
}
