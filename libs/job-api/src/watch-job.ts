import type { WatchJobRequest, WatchJobResponse } from '@framesong/contracts/job/v1/job_service';
import { isFinal, type JobEvent } from '@framesong/jobs';
import { durationOfMs, type CallContext } from '@framesong/rpc';
import { withHeartbeat } from './heartbeat.ts';
import type { JobServiceParts } from './job-service.ts';
import type { UsualTimes } from './outlook.ts';
import type { SharedOutlooks } from './shared-outlooks.ts';

/** Something is heard at least every 10 s, the time for looking at the job included. */
const HEARTBEAT_MS = 9_000;

/** `WatchJob`: the events after a number, each once and in order, until the final one. */
export async function* watchJob(
  { jobs, messages, heartbeatMs = HEARTBEAT_MS }: JobServiceParts,
  outlooks: SharedOutlooks,
  { jobId, afterSequence }: WatchJobRequest,
  call: CallContext,
): AsyncGenerator<WatchJobResponse> {
  const events = jobs.watch(call.tenant, jobId, Number(afterSequence), call.signal);
  const job = await jobs.get(call.tenant, jobId);
  let lastEventAt = job.lastSequence > Number(afterSequence) ? job.createdAt : job.lastEventAt;
  for await (const event of withHeartbeat(events, heartbeatMs)) {
    if (event) lastEventAt = event.at;
    const isLast = event !== undefined && isFinal(event.type);
    yield {
      event: event && (await messages.event(event, job)),
      lastEventAge: durationOfMs(Math.max(0, Date.now() - lastEventAt.getTime())),
      outlook: isLast
        ? undefined
        : await outlooks.read(call.tenant, jobId, call.language, newsOf(event, messages.usualTimes(job.kind))),
    };
  }
}

/** Progress changes little; another state, and that nothing goes on, changes what is to be expected. */
function newsOf(event: JobEvent | undefined, { stalledStages = [] }: UsualTimes): number | undefined {
  if (event === undefined) return undefined;
  return event.type === 'PROGRESS' && !stalledStages.includes(event.stage ?? '') ? undefined : event.sequence;
}
