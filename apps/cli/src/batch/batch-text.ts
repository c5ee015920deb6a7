import { BatchReport, type Batch, type BatchItem } from '@framesong/contracts/job/v1/batch';
import { JobState } from '@framesong/contracts/job/v1/job';
import { errorOfRpcStatus } from '@framesong/rpc';
import { EXIT_JOB_FAILED } from '../exit-codes.ts';
import { stateWord } from '../output/progress.ts';
import { protoJson } from '../output/proto-json.ts';
import { tableLines } from '../output/table.ts';
import type { Session } from '../session.ts';

/** States of jobs that ended without result. */
const FAILED: readonly JobState[] = [JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED];

/** `12 of 300 ended, 4.0 %: 10 succeeded, 2 failed, 288 queued; 3 rejected`. */
export function batchLine({ accepted, rejected, percent, states }: Batch): string {
  const counts = states.map(({ state, jobs }) => `${jobs} ${stateWord(state)}`).join(', ');
  return `${accepted} jobs, ${percent.toFixed(0)} %${counts && `: ${counts}`}${rejected > 0 ? `; ${rejected} rejected` : ''}`;
}

/**
 * Prints a batch.
 * @returns the exit code: 9 when an item was rejected or a job ended without result
 */
export function printBatch({ output }: Pick<Session, 'output'>, batch: Batch, items: readonly BatchItem[]): number {
  const report: BatchReport = { batch, items: [...items], nextPageToken: '' };
  output.result(protoJson(BatchReport, report), () => [
    `batch  ${batch.id}`,
    batchLine(batch),
    ...(batch.complete ? [] : ['its stream broke or was refused: send it again with the same --request-id']),
    '',
    ...tableLines(['item', 'label', 'state', 'done', 'job', 'error'], items.map(itemRow)),
  ]);
  const hasFailed = batch.states.some(({ state }) => FAILED.includes(state));
  return batch.rejected > 0 || hasFailed ? EXIT_JOB_FAILED : 0;
}

function itemRow({ index, label, state, percent, jobId, error }: BatchItem): string[] {
  const isRejected = jobId === '' && error !== undefined;
  const word = isRejected ? 'rejected' : jobId === '' ? 'deleted' : stateWord(state);
  const text = error ? errorOfRpcStatus(error).message.slice(0, 120) : '';
  return [String(index), label, word, jobId === '' ? '' : `${percent.toFixed(0)} %`, jobId, text];
}
