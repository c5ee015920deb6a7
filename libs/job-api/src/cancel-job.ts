import type { CancelJobRequest, CancelJobResponse } from '@framesong/contracts/job/v1/job_service';
import { invalidField } from '@framesong/errors';
import type { CallContext } from '@framesong/rpc';
import type { JobServiceParts } from './job-service.ts';

const MAX_REASON = 200;

/** `CancelJob`: a repeat, and a cancel of what has ended, change nothing. */
export async function cancelJob(
  { jobs, messages }: JobServiceParts,
  { jobId, reason }: CancelJobRequest,
  call: CallContext,
): Promise<CancelJobResponse> {
  if (reason.length > MAX_REASON)
    throw invalidField('reason', `has ${reason.length} characters, at most ${MAX_REASON}`);
  return { job: await messages.withOutlook(await jobs.cancel(call.tenant, jobId, reason || undefined), call.language) };
}
