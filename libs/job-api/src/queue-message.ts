import type { Queue } from '@framesong/contracts/job/v1/job_service';
import { RECENT_MS } from '@framesong/jobs';
import { durationOfMs } from '@framesong/rpc';
import { expectedTimeMessage, runTimeOf, untilEmpty, waitOf } from './expected-times.ts';
import type { JobServiceParts } from './job-service.ts';

/**
 * How a queue stands.
 * @param tenant who asks
 * @throws FramesongError NOT_FOUND
 */
export async function queueMessage(
  { jobs, messages }: JobServiceParts,
  name: string,
  tenant: string,
  counted: 'own' | 'all',
): Promise<Queue> {
  const status = await jobs.queues.status(name, tenant, counted);
  const run = runTimeOf(status, messages.usualTimes(jobs.queues.kinds(name)[0]).run);
  return {
    name,
    waiting: status.waiting,
    running: status.running,
    concurrency: status.concurrency,
    maxWaiting: status.maxWaiting,
    oldestAge: status.oldestAt && durationOfMs(Math.max(0, Date.now() - status.oldestAt.getTime())),
    recentSucceeded: status.recentSucceeded,
    recentFailed: status.recentFailed,
    throughputPerMinute: status.recentSucceeded / (RECENT_MS / 60_000),
    runTime: expectedTimeMessage(run),
    expectedStart: expectedTimeMessage(waitOf(status.nextPosition, status, run)),
    expectedEmpty: expectedTimeMessage(untilEmpty(status, run)),
  };
}
