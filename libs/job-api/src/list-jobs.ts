import type { ListJobsRequest, ListJobsResponse } from '@framesong/contracts/job/v1/job_service';
import type { CallContext } from '@framesong/rpc';
import { storedStatesOf } from './job-state.ts';
import type { JobServiceParts } from './job-service.ts';

/** `ListJobs`: newest first, in pages. */
export async function listJobs(
  { jobs, messages }: JobServiceParts,
  request: ListJobsRequest,
  call: CallContext,
): Promise<ListJobsResponse> {
  const page = await jobs.list(call.tenant, {
    ...(request.pageSize && { pageSize: request.pageSize }),
    ...(request.pageToken && { pageToken: request.pageToken }),
    ...storedStatesOf(request.states),
    labels: Object.fromEntries(request.labels),
    ...(request.batchId && { batchId: request.batchId }),
    ...(request.createdAfter && { createdAfter: request.createdAfter }),
  });
  return { jobs: await messages.list(page.jobs), nextPageToken: page.nextPageToken ?? '' };
}
