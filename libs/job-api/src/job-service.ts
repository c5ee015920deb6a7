import { JobServiceService } from '@framesong/contracts/job/v1/job_service';
import type { Jobs } from '@framesong/jobs';
import { bindService, methodPolicy, type ServedService } from '@framesong/rpc';
import { cancelJob } from './cancel-job.ts';
import { getJob } from './get-job.ts';
import type { JobMessages } from './job-message.ts';
import { listJobs } from './list-jobs.ts';
import { waitJob } from './wait-job.ts';
import { watchJob } from './watch-job.ts';

/** What the RPCs of the job service work with. */
export interface JobServiceParts {
  readonly jobs: Jobs;
  readonly messages: JobMessages;
}

/** `framesong.job.v1.JobService` over the jobs of a service: the service table, one line per RPC. */
export function jobService(parts: JobServiceParts): ServedService {
  const control = methodPolicy();
  return {
    ...bindService(JobServiceService, {
      getJob: (request, call) => getJob(parts, request, call),
      listJobs: (request, call) => listJobs(parts, request, call),
      watchJob: (request, call) => watchJob(parts, request, call),
      waitJob: (request, call) => waitJob(parts, request, call),
      cancelJob: (request, call) => cancelJob(parts, request, call),
    }),
    policies: {
      getJob: control,
      listJobs: control,
      cancelJob: control,
      watchJob: methodPolicy({ class: 'watch', defaultDeadlineMs: 16 * 60_000, maxDeadlineMs: 3_600_000 }),
      waitJob: methodPolicy({ class: 'watch', defaultDeadlineMs: 60_000, maxDeadlineMs: 3_600_000 }),
    },
  };
}
