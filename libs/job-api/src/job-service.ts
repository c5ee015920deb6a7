import { JobServiceService } from '@framesong/contracts/job/v1/job_service';
import type { Jobs } from '@framesong/jobs';
import { bindService, methodPolicy, type ServedService } from '@framesong/rpc';
import { cancelJob } from './cancel-job.ts';
import { deleteJob } from './delete-job.ts';
import { getBatch } from './get-batch.ts';
import { getJob } from './get-job.ts';
import { getQueue } from './get-queue.ts';
import { getSpending } from './get-spending.ts';
import type { JobMessages } from './job-message.ts';
import { listJobs } from './list-jobs.ts';
import { retryJob } from './retry-job.ts';
import { setQueueLimit } from './set-queue-limit.ts';
import { createSharedOutlooks } from './shared-outlooks.ts';
import { waitJob } from './wait-job.ts';
import { watchJob } from './watch-job.ts';

/** What the RPCs of the job service work with. */
export interface JobServiceParts {
  readonly jobs: Jobs;
  readonly messages: JobMessages;
  /** How often a watch is heard of when nothing happens. Default 9000. */
  readonly heartbeatMs?: number;
}

/** `framesong.job.v1.JobService` over the jobs of a service: the service table, one line per RPC. */
export function jobService(parts: JobServiceParts): ServedService {
  const control = methodPolicy();
  const outlooks = createSharedOutlooks(parts.jobs, parts.messages);
  return {
    ...bindService(JobServiceService, {
      getJob: (request, call) => getJob(parts, request, call),
      listJobs: (request, call) => listJobs(parts, request, call),
      watchJob: (request, call) => watchJob(parts, outlooks, request, call),
      waitJob: (request, call) => waitJob(parts, request, call),
      cancelJob: (request, call) => cancelJob(parts, request, call),
      retryJob: (request, call) => retryJob(parts, request, call),
      deleteJob: (request, call) => deleteJob(parts, request, call),
      getBatch: (request, call) => getBatch(parts, request, call),
      getQueue: (request, call) => getQueue(parts, request, call),
      getSpending: (request, call) => getSpending(parts, request, call),
      setQueueLimit: (request, call) => setQueueLimit(parts, request, call),
    }),
    policies: {
      getJob: control,
      listJobs: control,
      cancelJob: control,
      retryJob: control,
      deleteJob: control,
      getBatch: control,
      getQueue: control,
      getSpending: control,
      setQueueLimit: control,
      watchJob: methodPolicy({ class: 'watch', defaultDeadlineMs: 16 * 60_000, maxDeadlineMs: 3_600_000 }),
      waitJob: methodPolicy({ class: 'watch', defaultDeadlineMs: 60_000, maxDeadlineMs: 3_600_000 }),
    },
  };
}
