import type { WatchJobRequest, WatchJobResponse } from '@framesong/contracts/job/v1/job_service';
import type { CallContext } from '@framesong/rpc';
import { durationOfMs } from '@framesong/rpc';
import { withHeartbeat } from './heartbeat.ts';
import type { JobServiceParts } from './job-service.ts';

/** Promised to callers: something is heard at least this often. */
const HEARTBEAT_MS = 10_000;

/** `WatchJob`: the events after a number, each once and in order, until the final one. */
export async function* watchJob(
  { jobs, messages }: JobServiceParts,
  { jobId, afterSequence }: WatchJobRequest,
  call: CallContext,
): AsyncGenerator<WatchJobResponse> {
  const events = jobs.watch(call.tenant, jobId, Number(afterSequence), call.signal);
  const job = await jobs.get(call.tenant, jobId);
  let lastEventAt = job.createdAt.getTime();
  for await (const event of withHeartbeat(events, HEARTBEAT_MS)) {
    if (event) lastEventAt = event.at.getTime();
    yield {
      event: event && (await messages.event(event, job)),
      lastEventAge: durationOfMs(Math.max(0, Date.now() - lastEventAt)),
    };
  }
}
