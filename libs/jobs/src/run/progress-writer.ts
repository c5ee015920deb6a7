import { ATTR, emitEvent, EVENTS, log } from '@framesong/telemetry';
import { untilDatabaseAnswers, type Database } from '../database.ts';
import type { Progress } from '../define-job.ts';
import { storedJson, storedText } from '../stored-json.ts';

export interface ProgressWriter {
  write(progress: Progress): void;
  /** Resolves when everything written so far is stored or given up. */
  flush(): Promise<void>;
}

// Locked first, then looked at: in one level the event would be appended before the lock tells that the job has just ended.
const APPEND = `
with mine as materialized (select id from job where id = $1 and run_token = $2 and state = 'RUNNING' for update)
select append_event(id, 'PROGRESS', $3, $4, $5, $6, $7::jsonb) from mine`;

/**
 * Stores progress in order, one write at a time. While one is on its way, of several of the same stage the newest is kept, and
 * each that has something to show: a slow database slows down nobody's work.
 */
export function createProgressWriter(
  database: Database,
  jobId: string,
  token: string,
  abandoned: AbortSignal,
): ProgressWriter {
  const waiting: Progress[] = [];
  let working: Promise<void> | undefined;

  const drain = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !abandoned.aborted; next = waiting.shift()) {
      try {
        const values = [jobId, token, ...valuesOf(next)];
        await untilDatabaseAnswers(() => database.query(APPEND, values), abandoned);
        emitEvent(EVENTS.jobProgress, {
          [ATTR.jobId]: jobId,
          [ATTR.stage]: next.stage,
          ...(next.percent !== undefined && { [ATTR.jobProgress]: next.percent / 100 }),
        });
      } catch (error) {
        // Progress is told and not owed: the work goes on.
        log.warn({ [ATTR.jobId]: jobId, err: error }, 'progress was not stored');
      }
    }
    working = undefined;
  };

  return {
    write(progress) {
      const last = waiting.at(-1);
      if (last?.stage === progress.stage && last.data === undefined) waiting.pop();
      waiting.push(progress);
      working ??= drain();
    },
    async flush() {
      while (working !== undefined) await working;
    },
  };
}

function valuesOf({ stage, percent, provenance, message, data }: Progress): unknown[] {
  return [
    storedText(stage),
    percent === undefined ? null : within(percent),
    provenance,
    message === undefined ? null : storedText(message),
    storedJson(data),
  ];
}

function within(percent: number): number {
  return Number.isFinite(percent) ? Math.min(Math.max(percent, 0), 100) : 0;
}
