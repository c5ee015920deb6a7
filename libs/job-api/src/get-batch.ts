import type { GetBatchRequest, GetBatchResponse } from '@framesong/contracts/job/v1/job_service';
import { invalidField } from '@framesong/errors';
import type { CallContext } from '@framesong/rpc';
import { batchReport, readPageToken } from './batch-message.ts';
import type { JobServiceParts } from './job-service.ts';

/** `GetBatch`: the whole in numbers, and a page of its items. */
export async function getBatch(
  { jobs }: JobServiceParts,
  { batchId, pageSize, pageToken, onlyErrors }: GetBatchRequest,
  call: CallContext,
): Promise<GetBatchResponse> {
  const page = await jobs.batches.get(call.tenant, batchId, {
    ...(pageSize && { pageSize }),
    ...(pageToken && { afterIndex: afterIndexOf(pageToken, batchId, onlyErrors) }),
    onlyErrors,
  });
  return { report: batchReport(page, onlyErrors) };
}

function afterIndexOf(text: string, batchId: string, onlyErrors: boolean): number {
  const token = readPageToken(text);
  if (token?.batchId === batchId && token.onlyErrors === onlyErrors) return token.afterIndex;
  throw invalidField('page_token', 'is not from a page of this list: start without it, or repeat the same filter');
}
