import type { Outlook } from '@framesong/contracts/job/v1/outlook';
import type { WatchJobRequest, WatchJobResponse } from '@framesong/contracts/job/v1/job_service';
import { toFramesongError } from '@framesong/errors';
import { isFinal, type JobEvent } from '@framesong/jobs';
import { durationOfMs, type CallContext } from '@framesong/rpc';
import { withHeartbeat } from './heartbeat.ts';
import type { JobServiceParts } from './job-service.ts';

/** Something is heard at least every 10 s, the time for looking at the job included. */
const HEARTBEAT_MS = 9_000;
/** An outlook is told again for so long, so that many events on end do not mean as many looks at the queue. */
const KEEP_OUTLOOK_MS = 1_000;

/** `WatchJob`: the events after a number, each once and in order, until the final one. */
export async function* watchJob(
  parts: JobServiceParts,
  { jobId, afterSequence }: WatchJobRequest,
  call: CallContext,
): AsyncGenerator<WatchJobResponse> {
  const { jobs, messages, heartbeatMs = HEARTBEAT_MS } = parts;
  const events = jobs.watch(call.tenant, jobId, Number(afterSequence), call.signal);
  const job = await jobs.get(call.tenant, jobId);
  const outlookAfter = createOutlookReader(parts, jobId, call);
  let lastEventAt = job.lastSequence > Number(afterSequence) ? job.createdAt : job.lastEventAt;
  for await (const event of withHeartbeat(events, heartbeatMs)) {
    if (event) lastEventAt = event.at;
    yield {
      event: event && (await messages.event(event, job)),
      lastEventAge: durationOfMs(Math.max(0, Date.now() - lastEventAt.getTime())),
      outlook: await outlookAfter(event),
    };
  }
}

/** What is to be expected after an event, or at a heartbeat. */
function createOutlookReader(
  { jobs, messages }: JobServiceParts,
  jobId: string,
  call: CallContext,
): (event: JobEvent | undefined) => Promise<Outlook | undefined> {
  let told: Outlook | undefined;
  let toldAtMs = -Infinity;
  return async (event) => {
    if (event && isFinal(event.type)) return undefined;
    const isNews = event !== undefined && event.type !== 'PROGRESS';
    if (!isNews && performance.now() - toldAtMs < KEEP_OUTLOOK_MS) return told;
    try {
      told = await messages.outlook(await jobs.get(call.tenant, jobId), call.language);
      toldAtMs = performance.now();
    } catch (thrown) {
      // The events are owed, the outlook is not: it waits until the database is back, or the job was deleted.
      const { code } = toFramesongError(thrown);
      if (code !== 'UNAVAILABLE' && code !== 'NOT_FOUND') throw thrown;
      told = undefined;
    }
    return told;
  };
}
