import { ATTR, log, METRICS, record, STAGES } from '@framesong/telemetry';
import { context, ROOT_CONTEXT, SpanKind, trace, type Span } from '@opentelemetry/api';
import { randomUUID } from 'node:crypto';
import { untilDatabaseAnswers } from '../database.ts';
import { recordRun } from '../durations/run-durations.ts';
import type { JobRow } from '../job-row.ts';
import type { JobStore } from '../job-store.ts';
import { activeCarrier, contextOf, inSpan, linksTo, markFailed, traceIdOf } from '../trace-carrier.ts';
import type { ActiveRun } from './active-run.ts';
import { beginRun } from './begin-run.ts';
import { doWork } from './do-work.ts';
import { limitError, storeLeft, storeOutcome, type Outcome } from './end-run.ts';
import { createProgressWriter } from './progress-writer.ts';
import { jobCancelled, startLimits, takenOver } from './run-limits.ts';
import { createRunTimings } from './run-timings.ts';

export interface RunOptions {
  /** Crashes after which a job is given up. */
  readonly maxCrashes: number;
  /** How long work may take to end after its signal fired, until its place is given away. */
  readonly abortGraceMs: number;
  /** Fires when the process gives up all runs. */
  readonly abandoned: AbortSignal;
  /** Ends the runs of this process when it has lost its hold of them, as after a freeze. */
  readonly check: () => void;
  /** The runs of this process by job id. */
  readonly active: Map<string, ActiveRun>;
}

/** `done`: the engine may forget the job. `left`: it was stopped in order and is to be started again. */
export type RunReturn = 'done' | 'left';

/** Runs of a job from the begin to a stored end: more than one when the database was away for long. Never throws for an error of the work. */
export async function runJob(
  store: JobStore,
  options: RunOptions,
  jobId: string,
  onToken: (token: string) => void,
): Promise<RunReturn> {
  for (let after: string | undefined; ;) {
    const token = randomUUID();
    const begin = { jobId, token, kinds: [...store.definitions.keys()], after };
    const row = await untilDatabaseAnswers(() => beginRun(store.database, begin), options.abandoned);
    if (row === undefined) return 'done';
    onToken(token);
    const end = await inRunSpan(row, (span) => runBegun(store, options, { row, token }, span));
    if (end !== 'cut_off') return end;
    after = token;
  }
}

function inRunSpan<T>(row: JobRow, work: (span: Span) => Promise<T>): Promise<T> {
  const attributes = {
    [ATTR.jobId]: row.id,
    [ATTR.jobKind]: row.kind,
    [ATTR.jobAttempt]: row.attempts,
    [ATTR.tenant]: row.tenant,
    [ATTR.queueName]: row.queue,
    ...(row.request_id !== null && { [ATTR.requestId]: row.request_id }),
  };
  // Work of its own trace points back to the submission, and every attempt to the one before it.
  const links = linksTo([row.attached ? undefined : row.trace_carrier, row.last_run_carrier ?? undefined]);
  const parent = row.attached ? contextOf(row.trace_carrier) : ROOT_CONTEXT;
  const name = `process ${row.kind}`;
  return inSpan({ name, kind: SpanKind.CONSUMER, parent, links, attributes }, work);
}

async function runBegun(
  store: JobStore,
  options: RunOptions,
  { row, token }: { readonly row: JobRow; readonly token: string },
  span: Span,
): Promise<RunReturn | 'cut_off'> {
  const { database } = store;
  const { abandoned, active } = options;
  if (row.attempts === 1) recordQueueWait(row, store.queues[row.queue]?.concurrency);

  const timings = createRunTimings(row);
  const limits = startLimits({
    runTimeoutMs: row.run_timeout_ms === null ? undefined : Number(row.run_timeout_ms),
    usedBeforeMs: Number(row.run_used_ms),
    expireTime: row.expire_time ?? undefined,
    explain: (which, usedMs) =>
      limitError(which, row, timings.runningStep()?.name, { usedMs, stages: timings.withRunningStep() }),
  });
  const progress = createProgressWriter(database, row.id, token, abandoned);
  const run: ActiveRun = {
    database,
    row,
    token,
    limits,
    progress,
    timings,
    abandoned,
    check: options.check,
    stepNames: new Set(),
  };
  // An earlier run of the job in this process, which froze or was cut off, is over.
  active.get(row.id)?.limits.end('taken_over', takenOver());
  active.set(row.id, run);
  try {
    // From here on we hear of a cancel; one that came before shows in the state.
    const state = await untilDatabaseAnswers(() => saveTrace(store, row.id, token), abandoned);
    if (state !== 'RUNNING') limits.end('cancelled', jobCancelled());
    const outcome = await doWork(store, options, run);
    // What is fired from here on finds the work done: its outcome is stored, if the job is still ours.
    const { ended } = limits;
    if (ended === 'cut_off') return 'cut_off';
    await progress.flush();
    const spent = { usedMs: limits.usedMs(), stages: timings.all() };
    // Another worker has it; the engine refuses what this start would record.
    if (ended === 'taken_over') return 'done';
    if (ended === 'left') {
      await storeLeft(database, row, token, spent).catch((error: unknown) => {
        log.warn({ [ATTR.jobId]: row.id, err: error }, 'a job was left without a note');
      });
      return 'left';
    }
    const stored = await storeOutcome(database, row, token, outcome, spent, abandoned);
    recordEnd(row, span, stored ? outcome : undefined);
    recordRun(store, row, { succeeded: stored && outcome.state === 'SUCCEEDED', stopped: ended }, spent.usedMs);
    return 'done';
  } finally {
    limits.dispose();
    if (active.get(row.id) === run) active.delete(row.id);
  }
}

async function saveTrace(store: JobStore, jobId: string, token: string): Promise<string | undefined> {
  const carrier = activeCarrier();
  const [row] = await store.database.query<{ state: string }>(
    `update job set trace_id = $3, last_run_carrier = $4::jsonb where id = $1 and run_token = $2 returning state`,
    [jobId, token, traceIdOf(carrier) ?? null, JSON.stringify(carrier)],
  );
  return row?.state;
}

/** The wait as a span of its own in the run's trace: it is over, so it is written after the fact. */
function recordQueueWait(row: JobRow, concurrency: number | undefined): void {
  const name = { [ATTR.queueName]: row.queue };
  const attributes = { ...name, ...(concurrency !== undefined && { [ATTR.queueConcurrency]: concurrency }) };
  trace
    .getTracer('framesong')
    .startSpan(STAGES.queueWait.name, { startTime: row.created_at, attributes }, context.active())
    .end();
  record(METRICS.jobQueueDuration, (Date.now() - row.created_at.getTime()) / 1000, name);
}

/** `outcome` undefined: the job was ended by somebody while it ran. */
function recordEnd(row: JobRow, span: Span, outcome: Outcome | undefined): void {
  const state = outcome?.state ?? 'CANCELLED';
  span.setAttribute(ATTR.jobState, state);
  const startedAt = row.started_at ?? row.created_at;
  record(METRICS.jobDuration, (Date.now() - startedAt.getTime()) / 1000, {
    [ATTR.jobKind]: row.kind,
    [ATTR.jobState]: state,
  });
  if (outcome === undefined) markFailed(span, jobCancelled());
  if (outcome?.state !== 'FAILED') return;
  markFailed(span, outcome.error);
  log.warn(
    { [ATTR.jobId]: row.id, [ATTR.jobKind]: row.kind, [ATTR.errorType]: outcome.error.code, err: outcome.error },
    'a job failed',
  );
}
