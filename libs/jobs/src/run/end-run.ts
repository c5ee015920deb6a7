import { deadlineExceeded, toPlainError, type FramesongError } from '@framesong/errors';
import type { StageTiming } from '@framesong/telemetry';
import { untilDatabaseAnswers, type Database } from '../database.ts';
import type { JobRow } from '../job-row.ts';
import { announceQueue } from '../job-store.ts';
import { storedJson, storedText } from '../stored-json.ts';

/** How the work itself ended. */
export type Outcome =
  | { readonly state: 'SUCCEEDED'; readonly result: unknown }
  | { readonly state: 'FAILED'; readonly error: FramesongError };

export interface Spent {
  readonly usedMs: number;
  readonly stages: readonly StageTiming[];
}

const FINISH = `
update job
   set state = $3, result = $4::jsonb, error = $5::jsonb, stages = $6::jsonb, run_used_ms = $7,
       finished_at = clock_timestamp(), left_in_order = true
 where id = $1 and run_token = $2 and state = 'RUNNING'
returning id`;

// A job that was cancelled meanwhile keeps its state and still learns where its time went, and how money stands.
const ADD_SPENT = `update job set stages = $3::jsonb, run_used_ms = $4, left_in_order = true where id = $1 and run_token = $2`;

const ADD_MONEY = `update job set error = coalesce(error, '{}') || jsonb_build_object('outcome', $3::text) where id = $1 and run_token = $2 and state = 'CANCELLED'`;

/** Stores the end of a run. False when the job had ended otherwise, or another worker has it: then that stands. */
export async function storeOutcome(
  database: Database,
  row: JobRow,
  token: string,
  outcome: Outcome,
  spent: Spent,
  abandoned: AbortSignal,
): Promise<boolean> {
  const failed = outcome.state === 'FAILED';
  const result = failed ? null : storedJson(outcome.result);
  const error = failed ? storedJson(toPlainError(outcome.error)) : null;
  const stages = storedJson(spent.stages);
  const usedMs = Math.round(spent.usedMs);
  const store = (): Promise<boolean> =>
    database.transaction(async (query) => {
      const done = await query(FINISH, [row.id, token, outcome.state, result, error, stages, usedMs]);
      if (done.length === 0) {
        await query(ADD_SPENT, [row.id, token, stages, usedMs]);
        if (failed && outcome.error.outcome !== undefined)
          await query(ADD_MONEY, [row.id, token, outcome.error.outcome]);
      } else {
        await query(`select append_event($1, $2, null, $3, null, $4, null)`, [
          row.id,
          outcome.state,
          failed ? null : 100,
          failed ? storedText(outcome.error.message) : null,
        ]);
      }
      await announceQueue(query);
      return done.length > 0;
    });
  return untilDatabaseAnswers(store, abandoned);
}

/** Stores that a run stopped in order and goes on later. */
export async function storeLeft(database: Database, row: JobRow, token: string, spent: Spent): Promise<void> {
  await database.query(`${ADD_SPENT} and state = 'RUNNING'`, [
    row.id,
    token,
    JSON.stringify(spent.stages),
    Math.round(spent.usedMs),
  ]);
}

/** The error of a limit that ran out: which, in which stage, and how the time was spent. */
export function limitError(
  which: 'run_timeout' | 'expire_time',
  row: JobRow,
  step: string | undefined,
  spent: Spent,
): FramesongError {
  const limit =
    which === 'run_timeout'
      ? `its run timeout of ${seconds(Number(row.run_timeout_ms ?? 0))}`
      : `its expire time ${row.expire_time?.toISOString() ?? ''}`;
  const top = spent.stages.filter((stage) => stage.depth === 0);
  const list = top.map((stage) => `${stage.name} ${seconds(stage.durationMs)}`).join(', ');
  return deadlineExceeded(
    `the job reached ${limit}${step === undefined ? '' : ` in stage ${step}`}, after ${seconds(spent.usedMs)} of running${list === '' ? '' : ` (${list})`}`,
    {
      limit: which,
      ...(step !== undefined && { stage: step }),
      run_used_ms: String(Math.round(spent.usedMs)),
      ...(list !== '' && { spent: list }),
    },
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * Fails a job that could not even be run or whose outcome could not be stored, so that it does not hang; unless another
 * worker has begun it.
 */
export async function failRun(
  database: Database,
  jobId: string,
  token: string | undefined,
  error: FramesongError,
  abandoned: AbortSignal,
): Promise<void> {
  const store = (): Promise<void> =>
    database.transaction(async (query) => {
      const failed = await query(
        `update job set state = 'FAILED', error = $2::jsonb, finished_at = clock_timestamp() where id = $1 and (state = 'QUEUED' or (state = 'RUNNING' and run_token = $3)) returning id`,
        [jobId, storedJson(toPlainError(error)), token ?? null],
      );
      if (failed.length > 0) {
        await query(`select append_event($1, 'FAILED', null, null, null, $2, null)`, [
          jobId,
          storedText(error.message),
        ]);
      }
      await announceQueue(query);
    });
  await untilDatabaseAnswers(store, abandoned);
}
