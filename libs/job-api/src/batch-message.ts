import {
  BatchItem as ItemMessage,
  type Batch as BatchMessage,
  type BatchReport,
} from '@framesong/contracts/job/v1/batch';
import { JobState as WireState } from '@framesong/contracts/job/v1/job';
import { fromPlainError } from '@framesong/errors';
import type { Batch, BatchItem, BatchPage } from '@framesong/jobs';
import { rpcStatusOf } from '@framesong/rpc';
import { wireKindOf, wireStateOf } from './job-state.ts';

/** A reply has to stay well under the largest message of 1 MiB, whatever the errors of its items are. */
const MAX_PAGE_BYTES = 700 * 1024;

/** The wire form of a page: as many of its items as fit. */
export function batchReport({ batch, items, hasMore }: BatchPage, onlyErrors: boolean): BatchReport {
  const fitting: ItemMessage[] = [];
  let sizeBytes = 0;
  for (const item of items) {
    const message = itemMessage(item);
    sizeBytes += ItemMessage.encode(message).finish().length;
    if (sizeBytes > MAX_PAGE_BYTES && fitting.length > 0) break;
    fitting.push(message);
  }
  const last = fitting.at(-1);
  const isLast = !hasMore && fitting.length === items.length;
  return {
    batch: batchMessage(batch),
    items: fitting,
    nextPageToken: isLast || !last ? '' : writePageToken({ batchId: batch.id, onlyErrors, afterIndex: last.index }),
  };
}

/** Where the next page of a batch begins. */
export interface BatchPageToken {
  readonly batchId: string;
  readonly onlyErrors: boolean;
  readonly afterIndex: number;
}

function writePageToken({ batchId, onlyErrors, afterIndex }: BatchPageToken): string {
  return Buffer.from(JSON.stringify([1, batchId, onlyErrors, afterIndex])).toString('base64url');
}

/** Undefined for a token that is not ours. */
export function readPageToken(token: string): BatchPageToken | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (!Array.isArray(parts)) return undefined;
    const [version, batchId, onlyErrors, afterIndex] = parts as unknown[];
    const isOurs = version === 1 && typeof batchId === 'string' && typeof onlyErrors === 'boolean';
    return isOurs && Number.isSafeInteger(afterIndex)
      ? { batchId, onlyErrors, afterIndex: afterIndex as number }
      : undefined;
  } catch {
    return undefined;
  }
}

function batchMessage(batch: Batch): BatchMessage {
  return {
    id: batch.id,
    kind: wireKindOf(batch.kind),
    requestId: batch.requestId ?? '',
    createTime: batch.createdAt,
    complete: batch.isComplete,
    items: batch.items,
    accepted: batch.items - batch.rejected,
    rejected: batch.rejected,
    states: batch.counts.map(({ state, hasExpired, jobs }) => ({
      state: hasExpired ? WireState.EXPIRED : WireState[state],
      jobs,
    })),
    percent: batch.percent,
    done: batch.isDone,
  };
}

function itemMessage({ index, label, job, error }: BatchItem): ItemMessage {
  return {
    index,
    label,
    jobId: job?.id ?? '',
    state: job ? wireStateOf(job.state, error) : WireState.UNSPECIFIED,
    stage: job?.stage ?? '',
    percent: job?.percent ?? 0,
    error: error && rpcStatusOf(fromPlainError(error)),
  };
}
