import { errorOfSignal, FramesongError, toFramesongError } from '@framesong/errors';
import { randomUUID } from 'node:crypto';
import { checkLimits, lockSpending } from '../costs/check-limits.ts';
import type { Money } from '../costs/money.ts';
import type { OrderRow, OrderState } from '../costs/order-entry.ts';
import { countRefused, recordCost, recordEstimate } from '../costs/record-cost.ts';
import { hasLimits, type SpendingLimits } from '../costs/spending-limits.ts';
import { earlierOrder, endOrder, findOrder, insertOrder } from '../costs/write-orders.ts';
import type { Query } from '../database.ts';
import type { Json } from '../job.ts';
import type { ActiveRun } from './active-run.ts';
import { readNotes, removeNotes, runNotes, writeNote } from './run-notes.ts';
import { noLongerOurs, stored } from './run-step.ts';

/** Results that another download would not bring either; one that could not be reached is worth another. */
const LOST_RESULTS = ['PROVIDER_RESULT_GONE', 'PROVIDER_RESULT_INVALID', 'PROVIDER_RESULT_FORBIDDEN'];
/** What is said of the task itself. A refusal of the question, as by a gateway, says nothing of it, whatever its code. */
const LOST_TASKS = new Set([...LOST_RESULTS, 'PROVIDER_CONTENT_REFUSED']);

/** What is ordered, of whom, and for how much. */
export interface OrderTerms<T> {
  /** Names the order within the job: `''` where there is one only. */
  readonly key: string;
  readonly provider: string;
  readonly model: string;
  /** What it is expected to cost. Absent when nobody knows; 0 when it is free. */
  readonly estimate?: Money | undefined;
  /** What was charged for what was made, where that is known. Default, and always for a task taken up again: the estimate. */
  readonly actualOf?: (made: T) => Money | undefined;
}

/** What an order is given. */
export interface PaidOrder {
  /** The provider's name for what an earlier run has ordered; then nothing is to be bought. */
  readonly savedTaskId?: string;
  /** To be awaited before the result is waited for. */
  saveTaskId(taskId: string): Promise<void>;
}

/** Names of the notes about one order of a job. */
interface OrderNotes {
  readonly sent: string;
  readonly task: string;
  readonly result: string;
}

/**
 * Orders something that costs money once, whatever happens to this process: before the order leaves, the job notes it, and its
 * price is reserved under the limits of tenant and job. A run that finds such a note takes the result, or takes the task up
 * again by its id, or ends, because nobody knows what became of the order. Only a retry by a person takes that doubt away; the
 * price of the doubtful order stays at risk.
 * @param order Gives facts about what was made, which survive JSON; the thing itself is stored before.
 * @throws FramesongError UNAVAILABLE `ORDER_INTERRUPTED`, outcome sent_unknown; RESOURCE_EXHAUSTED or FAILED_PRECONDITION
 * `SPENDING_LIMIT`, FAILED_PRECONDITION `PRICE_UNKNOWN` or `PRICE_IN_OTHER_CURRENCY`, outcome not_sent; whatever `order`
 * throws, with its outcome
 */
export async function orderOnce<T extends object>(
  run: ActiveRun,
  limits: SpendingLimits,
  terms: OrderTerms<T>,
  order: (paid: PaidOrder) => Promise<T>,
): Promise<T> {
  const names = notesOf(terms.key);
  const noted = await readNotes(run, Object.values(names));
  // What this function has noted itself.
  if (noted.has(names.result)) return noted.get(names.result) as unknown as T;
  const taskId = noted.get(names.task);
  const isTakenUp = typeof taskId === 'string';
  if (!isTakenUp && noted.has(names.sent)) {
    await endInterrupted(run, terms);
    throw interrupted();
  }
  const entry = isTakenUp
    ? await inTransaction(run, (query) => earlierOrder(query, run.row, terms))
    : await reserve(run, limits, terms, names);
  recordEstimate(entry);
  try {
    if (!isTakenUp) makeSureItMayLeave(run);
    const result = await order({
      ...(isTakenUp && { savedTaskId: taskId }),
      saveTaskId: (id) => runNotes(run).set(names.task, id),
    });
    const actual = isTakenUp ? undefined : terms.actualOf?.(result);
    await settle(run, entry, names, result, actual);
    return result;
  } catch (thrown) {
    const error = toFramesongError(thrown);
    // That nothing was sent now says nothing of what an earlier run has sent.
    if (isTakenUp && error.outcome === 'not_sent') throw error.with({ outcome: 'sent_unknown' });
    await afterFailure(run, entry, names, error);
    throw thrown;
  }
}

/** After a freeze another worker may have the job by now, and takes the note for an order that has left. */
function makeSureItMayLeave({ check, limits }: ActiveRun): void {
  check();
  if (limits.signal.aborted) throw errorOfSignal(limits.signal).with({ outcome: 'not_sent' });
}

/** Takes the price from the limits and notes that the order leaves, both or neither. */
async function reserve<T>(
  run: ActiveRun,
  limits: SpendingLimits,
  terms: OrderTerms<T>,
  names: OrderNotes,
): Promise<OrderRow> {
  const { row, database } = run;
  const { provider, model, estimate } = terms;
  const id = randomUUID();
  const maxCost = row.expected_cost?.maxCost;
  let isRepeat = false;
  try {
    return await inTransaction(run, async (query) => {
      // After an answer that was lost it may be there, and must not count against itself.
      const before = isRepeat ? await findOrder(query, id) : undefined;
      if (before) return before;
      isRepeat = true;
      if (maxCost || hasLimits(limits)) await lockSpending(query, database.schema, row.tenant);
      await checkLimits(query, limits, { provider, model, tenant: row.tenant, jobId: row.id, estimate, maxCost });
      if (!(await writeNote(query, run, names.sent, true, true))) throw noLongerOurs(run);
      return insertOrder(query, row, terms, id);
    });
  } catch (thrown) {
    if (toFramesongError(thrown).outcome === 'not_sent') countRefused({ provider, model });
    throw thrown;
  }
}

/** The entry is settled whoever has the job by now: the money is spent. */
async function settle(
  run: ActiveRun,
  entry: OrderRow,
  names: OrderNotes,
  result: object,
  actual: Money | undefined,
): Promise<void> {
  // The job before the entry, as a retry takes them: else each could wait for the other.
  const { ended, isOurs } = await inTransaction(run, async (query) => ({
    isOurs: await writeNote(query, run, names.result, result as unknown as Json),
    ended: await endOrder(query, entry.id, 'settled', actual),
  }));
  if (ended) recordCost(ended);
  if (!isOurs) throw noLongerOurs(run);
}

/** What surely costs nothing may be ordered again; a task that failed for good is of no use to a later retry. */
async function afterFailure(
  run: ActiveRun,
  entry: OrderRow,
  names: OrderNotes,
  { outcome, reason, metadata }: FramesongError,
): Promise<void> {
  const isFree = outcome === 'not_sent' || outcome === 'rejected';
  const isCancelled = metadata['providerTask'] === 'cancelled';
  const isLost = isCancelled || reason.startsWith('PROVIDER_TASK_') || LOST_TASKS.has(reason);
  const state: Exclude<OrderState, 'reserved'> = isFree ? 'released' : outcome === 'billed' ? 'billed' : 'at_risk';
  const ended = await inTransaction(run, async (query) => {
    await removeNotes(query, run, [...(isFree ? [names.sent] : []), ...(isFree || isLost ? [names.task] : [])]);
    return endOrder(query, entry.id, state);
  });
  if (ended) recordCost(ended);
}

async function endInterrupted<T>(run: ActiveRun, terms: OrderTerms<T>): Promise<void> {
  const ended = await inTransaction(run, async (query) => {
    const { id } = await earlierOrder(query, run.row, terms);
    return endOrder(query, id, 'at_risk');
  });
  if (ended) recordCost(ended);
}

function inTransaction<T>(run: ActiveRun, work: (query: Query) => Promise<T>): Promise<T> {
  return stored(run, () => run.database.transaction(work));
}

function notesOf(key: string): OrderNotes {
  const name = (note: string): string => (key === '' ? note : `${note}: ${key}`);
  return { sent: name('order sent'), task: name('provider task'), result: name('order result') };
}

function interrupted(): FramesongError {
  return new FramesongError(
    'the process ended while the provider was asked, so the work may have been charged for; it is not ordered again by itself: RetryJob does',
    { code: 'UNAVAILABLE', reason: 'ORDER_INTERRUPTED', outcome: 'sent_unknown' },
  );
}
