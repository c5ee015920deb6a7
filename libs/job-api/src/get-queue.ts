import type { GetQueueRequest, GetQueueResponse } from '@framesong/contracts/job/v1/job_service';
import type { CallContext } from '@framesong/rpc';
import { mustBeOperator } from './must-be-operator.ts';
import { queueMessage } from './queue-message.ts';
import type { JobServiceParts } from './job-service.ts';

/** `GetQueue`: how one queue stands, or all. */
export async function getQueue(
  parts: JobServiceParts,
  { name, allTenants }: GetQueueRequest,
  call: CallContext,
): Promise<GetQueueResponse> {
  if (allTenants) mustBeOperator(call, 'leave all_tenants out to see the own jobs');
  const names = name === '' ? parts.jobs.queues.names : [name];
  const counted = allTenants ? 'all' : 'own';
  return { queues: await Promise.all(names.map((queue) => queueMessage(parts, queue, call.tenant, counted))) };
}
