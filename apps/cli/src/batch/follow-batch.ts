import { setTimeout as pause } from 'node:timers/promises';
import type { JobClient } from '@framesong/client';
import type { Batch, BatchItem } from '@framesong/contracts/job/v1/batch';
import { FramesongError, toFramesongError } from '@framesong/errors';
import { INTERRUPTED } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { batchLine, printBatch } from './batch-text.ts';

const LOOK_INTERVAL_MS = 1_000;

/** Shows how a batch goes on until all its jobs have ended, then prints it. @returns the exit code */
export async function followBatch(session: Session, jobs: JobClient, batchId: string): Promise<number> {
  try {
    let told = '';
    for (;;) {
      const batch = await readBatch(session, jobs, batchId);
      const line = batchLine(batch);
      if (line !== told) session.output.note(`batch: ${line}`);
      told = line;
      if (batch.done) return printBatch(session, batch, await readItems(session, jobs, batchId));
      await pause(LOOK_INTERVAL_MS, undefined, { signal: session.interrupt }).catch(() => undefined);
      session.interrupt.throwIfAborted();
    }
  } catch (thrown) {
    const error = toFramesongError(thrown);
    if (error.reason !== INTERRUPTED && error.code !== 'DEADLINE_EXCEEDED') throw error;
    const { code, reason, metadata } = error;
    const why = reason === INTERRUPTED ? 'interrupted' : error.message;
    throw new FramesongError(`${why}; the jobs go on. Come back with: framesong jobs batch ${batchId} --follow`, {
      code,
      reason,
      metadata: { ...metadata, batch_id: batchId },
    });
  }
}

async function readBatch(session: Session, jobs: JobClient, batchId: string): Promise<Batch> {
  const request = { batchId, pageSize: 1, pageToken: '', onlyErrors: false };
  return (await jobs.getBatch(request, session.call())).report!.batch!;
}

/** All items of a batch, page by page. */
export async function readItems(
  session: Session,
  jobs: JobClient,
  batchId: string,
  onlyErrors = false,
): Promise<BatchItem[]> {
  const items: BatchItem[] = [];
  let pageToken = '';
  do {
    const { report } = await jobs.getBatch({ batchId, pageSize: 500, pageToken, onlyErrors }, session.call());
    items.push(...report!.items);
    pageToken = report!.nextPageToken;
  } while (pageToken !== '');
  return items;
}
