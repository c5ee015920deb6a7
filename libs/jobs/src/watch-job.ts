import { FramesongError, invalidField, throwIfAborted } from '@framesong/errors';
import { untilDatabaseAnswers } from './database.ts';
import { isFinal, type Job, type JobEvent } from './job.ts';
import { eventOfRow, jobOfRow, type EventRow } from './job-row.ts';
import { findJobRow, type JobStore } from './job-store.ts';

/** Events read at once. */
const PAGE = 200;
/** A look without being told, in case a notification was lost. */
const LOOK_AGAIN_MS = 5000;

/**
 * The events of a job after a number, as they come, each once and in order, over lost connections too. Ends after the
 * event of a final state.
 * @throws NOT_FOUND; OUT_OF_RANGE when there is no event of that number; what `signal` stands for when it fires.
 */
export async function* watchJob(
  store: JobStore,
  tenant: string,
  jobId: string,
  afterSequence: number,
  signal: AbortSignal,
): AsyncGenerator<JobEvent, void, undefined> {
  if (!Number.isInteger(afterSequence) || afterSequence < 0)
    throw invalidField('after_sequence', 'must be 0 or the number of an event');
  const row = await findJobRow(store, tenant, jobId);
  if (afterSequence > row.last_sequence) {
    throw new FramesongError(
      `job ${jobId} has events up to ${row.last_sequence}; there is none of number ${afterSequence}`,
      {
        code: 'OUT_OF_RANGE',
        reason: 'SEQUENCE_OUT_OF_RANGE',
        metadata: { last_sequence: String(row.last_sequence) },
      },
    );
  }
  // Listen first, then read from the cursor, then wait: nothing falls in between.
  const changes = listenToJob(store, jobId, signal);
  let cursor = afterSequence;
  try {
    for (;;) {
      throwIfAborted(signal);
      const page = await untilDatabaseAnswers(() => readPage(store, jobId, cursor), signal);
      for (const event of page.events) {
        yield event;
        cursor = event.sequence;
      }
      if (page.events.length === PAGE) continue;
      if (page.ended) return;
      await changes.next();
    }
  } finally {
    changes.end();
  }
}

/**
 * Waits for the end of a job.
 * @returns the job in a final state.
 * @throws NOT_FOUND; what `signal` stands for when it fires first.
 */
export async function waitForJob(store: JobStore, tenant: string, jobId: string, signal: AbortSignal): Promise<Job> {
  const changes = listenToJob(store, jobId, signal);
  try {
    for (;;) {
      throwIfAborted(signal);
      const row = await untilDatabaseAnswers(() => findJobRow(store, tenant, jobId), signal);
      if (isFinal(row.state)) return jobOfRow(row);
      await changes.next();
    }
  } finally {
    changes.end();
  }
}

async function readPage(
  store: JobStore,
  jobId: string,
  after: number,
): Promise<{ events: JobEvent[]; ended: boolean }> {
  // One statement, so that the state and the events are of one moment.
  const rows = await store.database.query<EventRow & { state: string; last_sequence: number }>(
    `select job.state, job.last_sequence, event.*
       from job left join lateral
            (select * from job_event where job_id = job.id and sequence > $2 order by sequence limit ${PAGE}) event on true
      where job.id = $1 order by event.sequence`,
    [jobId, after],
  );
  const [first] = rows;
  // Deleted while it was watched: there is nothing more to come.
  if (first === undefined) return { events: [], ended: true };
  const events = rows.filter((row) => (row.sequence as number | null) !== null).map(eventOfRow);
  return { events, ended: isFinal(first.state) };
}

/** Turns notifications of a job into something to await; one that comes before `next` is kept. */
function listenToJob(store: JobStore, jobId: string, signal: AbortSignal): { next(): Promise<void>; end(): void } {
  let pending = false;
  let wake: (() => void) | undefined;
  const notice = (): void => {
    pending = true;
    wake?.();
  };
  const stopListening = store.notifications.onJob(jobId, notice);
  signal.addEventListener('abort', notice);
  return {
    async next() {
      if (!pending && !signal.aborted) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, LOOK_AGAIN_MS);
        });
        clearTimeout(timer);
        wake = undefined;
      }
      pending = false;
    },
    end() {
      stopListening();
      signal.removeEventListener('abort', notice);
    },
  };
}
