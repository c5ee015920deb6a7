import type { RetryJobRequest, RetryJobResponse } from '@framesong/contracts/job/v1/job_service';
import type { CallContext } from '@framesong/rpc';
import type { JobServiceParts } from './job-service.ts';

/** `RetryJob`: goes on at the step that failed. */
export async function retryJob(
  { jobs, messages }: JobServiceParts,
  { jobId }: RetryJobRequest,
  call: CallContext,
): Promise<RetryJobResponse> {
  return { job: await messages.withOutlook(await jobs.retry(call.tenant, jobId), call.language) };
}
