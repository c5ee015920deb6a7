import { errorOfSignal, FramesongError, throwIfAborted, toFramesongError } from '@framesong/errors';
import { stage } from '@framesong/telemetry';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { untilDatabaseAnswers } from '../database.ts';
import type { StepContext, StepOptions, StepRetry } from '../define-job.ts';
import { storedJson } from '../stored-json.ts';
import type { ActiveRun } from './active-run.ts';
import { takenOver } from './run-limits.ts';

const BEGIN = `
insert into job_step (job_id, name, attempts, try_id)
select id, $3, 1, $4 from job where id = $1 and run_token = $2 and state = 'RUNNING' for update
    on conflict (job_id, name) do update
   set attempts = job_step.attempts + case when job_step.finished_at is null and job_step.try_id is distinct from $4 then 1 else 0 end,
       try_id = $4
returning attempts, finished_at is not null as finished, result`;

// Again after an answer that was lost it changes nothing.
const FINISH = `
update job_step set result = case when job_step.finished_at is null then $4::jsonb else job_step.result end,
                    finished_at = coalesce(job_step.finished_at, clock_timestamp())
  from job where job.id = job_step.job_id and job.id = $1 and job.run_token = $2 and job.state = 'RUNNING' and job_step.name = $3
returning job_step.name`;

interface BegunStep {
  readonly attempts: number;
  readonly finished: boolean;
  readonly result: unknown;
}

/** Does a step, or returns what it returned when it was done before. */
export async function runStep<T>(
  run: ActiveRun,
  name: string,
  work: (step: StepContext) => Promise<T>,
  options: StepOptions = {},
): Promise<T> {
  if (run.stepNames.has(name)) {
    throw new FramesongError(`step ${name} is begun twice in job ${run.row.id}: every step needs a name of its own`, {
      code: 'INTERNAL',
      reason: 'STEP_NAME_REUSED',
    });
  }
  run.stepNames.add(name);
  // Between two tries too: a limit that runs out then runs out in this step.
  const leaveStep = run.timings.enterStep(name);
  try {
    return await tryStep(run, name, work, options);
  } finally {
    leaveStep();
  }
}

async function tryStep<T>(
  run: ActiveRun,
  name: string,
  work: (step: StepContext) => Promise<T>,
  options: StepOptions,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    throwIfAborted(run.limits.signal);
    const begun = await begin(run, name);
    if (begun.finished) return begun.result as T;
    run.check();
    throwIfAborted(run.limits.signal);
    try {
      const result = await attempt(run, name, options.stage ?? name, begun.attempts, work);
      await finish(run, name, result);
      // What a repeat would get back, so that the first run and the repeat see the same.
      return JSON.parse(result) as T;
    } catch (error) {
      const delayMs = retryDelayMs(error, tries, options.retry);
      if (run.limits.signal.aborted || delayMs === undefined || delayMs >= run.limits.remainingMs()) {
        throw atStep(error, name, begun.attempts);
      }
      await pause(delayMs, undefined, { signal: run.limits.signal }).catch(() => {
        throw errorOfSignal(run.limits.signal);
      });
    }
  }
}

async function attempt<T>(
  run: ActiveRun,
  name: string,
  stageName: string,
  number: number,
  work: (step: StepContext) => Promise<T>,
): Promise<string> {
  const value = await stage(stageName, {}, () =>
    work({ signal: run.limits.signal, idempotencyKey: `${run.row.id}:${name}`, attempt: number }),
  );
  return storedJson(value);
}

async function begin(run: ActiveRun, name: string): Promise<BegunStep> {
  // When the answer is lost the statement comes again, and is no second try.
  const values = [run.row.id, run.token, name, randomUUID()];
  const [begun] = await stored(run, () => run.database.query<BegunStep>(BEGIN, values));
  if (begun === undefined) throw noLongerOurs(run);
  return begun;
}

async function finish(run: ActiveRun, name: string, result: string): Promise<void> {
  const done = await stored(run, () => run.database.query(FINISH, [run.row.id, run.token, name, result]));
  if (done.length === 0) throw noLongerOurs(run);
}

/** A result that was worked or paid for is worth waiting for the database. */
export function stored<T>(run: ActiveRun, write: () => Promise<T>): Promise<T> {
  return untilDatabaseAnswers(write, run.abandoned);
}

/** The row refused: the job was ended by somebody, or another worker has it. */
export function noLongerOurs(run: ActiveRun): FramesongError {
  return run.limits.signal.aborted ? errorOfSignal(run.limits.signal) : takenOver();
}

function retryDelayMs(error: unknown, tries: number, retry: StepRetry | undefined): number | undefined {
  if (retry === undefined || tries >= retry.maxAttempts || !(retry.shouldRetry ?? worthRepeating)(error))
    return undefined;
  const { firstDelayMs = 500, maxDelayMs = 30_000 } = retry;
  const advisedMs = error instanceof FramesongError ? (error.retryAfterMs ?? 0) : 0;
  return advisedMs + Math.random() * Math.min(maxDelayMs, firstDelayMs * 2 ** (tries - 1));
}

/** A repeat helps, and cannot be paid for twice. */
function worthRepeating(error: unknown): boolean {
  if (!(error instanceof FramesongError)) return false;
  if (error.outcome === 'sent_unknown' || error.outcome === 'billed') return false;
  return error.retryAfterMs !== undefined || error.code === 'UNAVAILABLE';
}

/** Adds where it happened; an error that already says so keeps its place. */
function atStep(thrown: unknown, name: string, attempts: number): FramesongError {
  const error = toFramesongError(thrown);
  return error.metadata['stage'] === undefined
    ? error.with({ metadata: { stage: name, attempt: String(attempts) } })
    : error;
}
