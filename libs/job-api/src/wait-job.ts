import type { WaitJobRequest, WaitJobResponse } from '@framesong/contracts/job/v1/job_service';
import type { CallContext } from '@framesong/rpc';
import type { JobServiceParts } from './job-service.ts';

/** Kept back from the deadline for reading the job once more and sending it. */
const ANSWER_MS = 200;

/** `WaitJob`: a long poll; an unfinished job is an answer and not an error. */
export async function waitJob(
  { jobs, messages }: JobServiceParts,
  { jobId }: WaitJobRequest,
  call: CallContext,
): Promise<WaitJobResponse> {
  // A timeout takes whole milliseconds only.
  const waitMs = Math.floor(Math.min(call.remainingMs() - ANSWER_MS, 2 ** 31 - 1));
  const timeUp = AbortSignal.timeout(Math.max(0, waitMs));
  try {
    const job = await jobs.wait(call.tenant, jobId, AbortSignal.any([call.signal, timeUp]));
    return { job: await messages.withOutlook(job, call.language) };
  } catch (thrown) {
    if (!timeUp.aborted || call.signal.aborted) throw thrown;
    return { job: await messages.withOutlook(await jobs.get(call.tenant, jobId), call.language) };
  }
}
