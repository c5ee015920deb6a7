import { FramesongError, toFramesongError } from '@framesong/errors';
import type { JobNotes } from '../define-job.ts';
import type { Json } from '../job.ts';

/** Results that another download would not bring either; one that could not be reached is worth another. */
const LOST_RESULTS = new Set(['PROVIDER_RESULT_GONE', 'PROVIDER_RESULT_INVALID', 'PROVIDER_RESULT_FORBIDDEN']);

/** Names of the notes about one order of a job. */
interface OrderNotes {
  readonly sent: string;
  readonly task: string;
  readonly result: string;
}

/** What an order is given. */
export interface PaidOrder {
  /** The provider's name for what an earlier run has ordered; then nothing is to be bought. */
  readonly savedTaskId?: string;
  /** To be awaited before the result is waited for. */
  saveTaskId(taskId: string): Promise<void>;
}

/**
 * Orders something that costs money once, whatever happens to this process: before the order leaves, the job notes it. A run that
 * finds such a note takes the result, or takes the task up again by its id, or ends, because nobody knows what became of the
 * order. Only a retry by a person takes that doubt away.
 * @param key Names the order within the job: `''` where there is one only.
 * @param order Gives facts about what was made, which survive JSON; the picture itself is stored before.
 * @throws FramesongError UNAVAILABLE `ORDER_INTERRUPTED`, outcome sent_unknown; whatever `order` throws, with its outcome
 */
export async function orderOnce<T extends object>(
  notes: JobNotes,
  key: string,
  order: (paid: PaidOrder) => Promise<T>,
): Promise<T> {
  const names = notesOf(key);
  const made = await notes.get(names.result);
  // What this function has noted itself.
  if (made !== undefined) return made as unknown as T;
  const taskId = await notes.get(names.task);
  if (typeof taskId !== 'string') {
    if ((await notes.get(names.sent)) !== undefined) throw interrupted();
    await notes.set(names.sent, true, { untilRetry: true });
  }
  try {
    const result = await order({
      ...(typeof taskId === 'string' && { savedTaskId: taskId }),
      saveTaskId: (id) => notes.set(names.task, id),
    });
    await notes.set(names.result, result as unknown as Json);
    return result;
  } catch (thrown) {
    await afterFailure(notes, names, toFramesongError(thrown));
    throw thrown;
  }
}

/** What surely costs nothing may be ordered again; a task that failed for good is of no use to a later retry. */
async function afterFailure(
  notes: JobNotes,
  names: OrderNotes,
  { outcome, reason, code }: FramesongError,
): Promise<void> {
  const isFree = outcome === 'not_sent' || outcome === 'rejected';
  if (isFree) await notes.remove(names.sent);
  const isLost = reason.startsWith('PROVIDER_TASK_') || LOST_RESULTS.has(reason) || code === 'INVALID_ARGUMENT';
  if (isFree || isLost) await notes.remove(names.task);
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
