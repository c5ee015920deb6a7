import type { SetQueueLimitRequest, SetQueueLimitResponse } from '@framesong/contracts/job/v1/job_service';
import { invalidField } from '@framesong/errors';
import type { CallContext } from '@framesong/rpc';
import { mustBeOperator } from './must-be-operator.ts';
import { queueMessage } from './queue-message.ts';
import type { JobServiceParts } from './job-service.ts';

/** `SetQueueLimit`: for all processes, while they run. */
export async function setQueueLimit(
  parts: JobServiceParts,
  { name, concurrency, perWorkerConcurrency, maxWaiting, reset }: SetQueueLimitRequest,
  call: CallContext,
): Promise<SetQueueLimitResponse> {
  mustBeOperator(call, 'limits of queues are changed by operators only');
  if (name === '') throw invalidField('name', `is missing: ${parts.jobs.queues.names.join(', ')}`);
  await parts.jobs.setQueueLimits(name, {
    ...(reset && { concurrency: null, perWorkerConcurrency: null, maxWaiting: null }),
    ...(concurrency !== undefined && { concurrency }),
    ...(perWorkerConcurrency !== undefined && { perWorkerConcurrency }),
    ...(maxWaiting !== undefined && { maxWaiting }),
  });
  return { queue: await queueMessage(parts, name, call.tenant, 'all') };
}
