import { toPlainError } from '@framesong/errors';
import { log } from '@framesong/telemetry';
import { isDatabaseUnavailable, type Query } from '../database.ts';
import type { JobRow } from '../job-row.ts';
import type { JobStore } from '../job-store.ts';
import { limitError } from '../run/end-run.ts';

const INTERVAL_MS = 1000;

const EXPIRED = `select * from job where state = 'QUEUED' and expire_time <= clock_timestamp() for update skip locked limit 100`;
const EXPIRE = `update job set state = 'FAILED', finished_at = clock_timestamp(), error = $2::jsonb where id = $1`;

/** Fails jobs whose time ran out before they started; to be called in a transaction. */
export async function failExpired(query: Query): Promise<void> {
  for (const row of await query<JobRow>(EXPIRED)) {
    const error = limitError('expire_time', row, 'queue wait', { usedMs: Number(row.run_used_ms), stages: row.stages });
    await query(EXPIRE, [row.id, JSON.stringify(toPlainError(error))]);
    await query(`select append_event($1, 'FAILED', null, null, null, $2, null)`, [row.id, error.message]);
  }
}

/** Keeps the expiry of waiting jobs where no worker runs: a job ends at its time also while all workers are away. */
export function expireQueuedJobs(store: JobStore): AsyncDisposable {
  let working: Promise<void> | undefined;
  const expire = async (): Promise<void> => {
    try {
      await store.database.transaction(failExpired);
    } catch (error) {
      if (!isDatabaseUnavailable(error))
        log.warn({ err: error }, 'waiting jobs were not looked through for expired ones');
    } finally {
      working = undefined;
    }
  };
  const timer = setInterval(() => void (working ??= expire()), INTERVAL_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await working;
    },
  };
}
