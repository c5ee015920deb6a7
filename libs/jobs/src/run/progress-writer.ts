import { log } from '@framesong/telemetry';
import { untilDatabaseAnswers, type Database } from '../database.ts';
import type { Progress } from '../define-job.ts';

export interface ProgressWriter {
  write(progress: Progress): void;
  /** Resolves when everything written so far is stored or given up. */
  flush(): Promise<void>;
}

const APPEND = `
select append_event(id, 'PROGRESS', $3, $4, $5, $6, $7::jsonb)
  from job where id = $1 and run_token = $2 and state = 'RUNNING' for update`;

/**
 * Stores progress in order, one write at a time. While one is on its way, of several of the same stage the newest is kept:
 * a slow database slows down nobody's work.
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
      const { stage, percent, provenance, message, data } = next;
      const values = [
        jobId,
        token,
        stage,
        Math.min(Math.max(percent, 0), 100),
        provenance,
        message ?? null,
        JSON.stringify(data ?? null),
      ];
      try {
        await untilDatabaseAnswers(() => database.query(APPEND, values), abandoned);
      } catch (error) {
        // Progress is told and not owed: the work goes on.
        log.warn({ jobId, error: String(error) }, 'progress was not stored');
      }
    }
    working = undefined;
  };

  return {
    write(progress) {
      if (waiting.at(-1)?.stage === progress.stage) waiting.pop();
      waiting.push(progress);
      working ??= drain();
    },
    async flush() {
      while (working !== undefined) await working;
    },
  };
}
