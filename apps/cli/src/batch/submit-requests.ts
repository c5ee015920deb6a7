import { randomUUID } from 'node:crypto';
import type { BatchEntry, BatchItems, BatchOptions, JobClient } from '@framesong/client';
import type { BatchReport } from '@framesong/contracts/job/v1/batch';
import type { Session } from '../session.ts';
import { printBatch } from './batch-text.ts';
import { followBatch, readItems } from './follow-batch.ts';

/** How one service takes a batch. */
export interface BatchTarget<Request> {
  readonly jobs: JobClient;
  readonly submit: (items: BatchItems<Request>, options: BatchOptions) => Promise<BatchReport>;
}

/**
 * Submits the items, and with `--detach` prints the batch, else follows it to its end. A full queue is waited for.
 * @returns the exit code: 9 when an item was rejected or a job ended without result
 */
export async function submitRequests<Request extends { readonly labels: ReadonlyMap<string, string> }>(
  session: Session,
  { jobs, submit }: BatchTarget<Request>,
  entries: readonly BatchEntry<Request>[],
): Promise<number> {
  const { globals, output } = session;
  const batchRequestId = globals.requestId ?? randomUUID();
  const labelled = entries.map(({ label, request }) => ({
    label,
    request: { ...request, labels: new Map([...globals.labels, ...request.labels]) },
  }));
  output.note(`batch: sending ${entries.length} items, request id ${batchRequestId}`);
  const report = await submit(() => labelled, {
    ...session.call(),
    batchRequestId,
    onFull: ({ metadata, retryAfterMs = 0 }) =>
      output.note(`batch: the queue is full after item ${metadata['next_index'] ?? ''}, waiting ${Math.ceil(retryAfterMs / 1000)} s`), // prettier-ignore
  });
  const batch = report.batch!;
  output.note(`batch: ${batch.id}`);
  if (!globals.detach) return followBatch(session, jobs, batch.id);
  return printBatch(session, batch, await readItems(session, jobs, batch.id));
}
