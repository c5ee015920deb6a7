import { throwIfAborted, toFramesongError } from '@framesong/errors';
import { recordStages } from '@framesong/telemetry';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { untilDatabaseAnswers } from '../database.ts';
import type { JobContext, JobDefinition } from '../define-job.ts';
import type { JobStore } from '../job-store.ts';
import { runWithSilenceLimits } from '../durations/with-silence-limits.ts';
import { runWithTimeout } from '../durations/with-timeout.ts';
import type { ActiveRun } from './active-run.ts';
import { poisoned } from './begin-run.ts';
import type { Outcome } from './end-run.ts';
import type { RunOptions } from './run-job.ts';
import { orderOnce } from './paid-order.ts';
import { runNotes } from './run-notes.ts';
import { runStep } from './run-step.ts';

/** Runs the work and says how it ended. Work that does not end when its signal fires is given up after a grace. */
export async function doWork(store: JobStore, options: RunOptions, run: ActiveRun): Promise<Outcome> {
  const { row, limits, timings } = run;
  if (row.crashes > options.maxCrashes) return { state: 'FAILED', error: poisoned(row) };
  // The definition takes the input that was given for its kind at submission.
  const definition = store.definitions.get(row.kind) as JobDefinition<unknown> | undefined;
  if (definition === undefined) throw new Error(`a job of kind ${row.kind} was begun`);
  const working = recordStages(async () => {
    timings.attach();
    run.check();
    // An expired job ends before it begins.
    throwIfAborted(limits.signal);
    return definition.run(jobContext(store, run));
  });
  const outcome = working.then(
    ({ value }): Outcome => ({ state: 'SUCCEEDED', result: value }),
    (error: unknown): Outcome => ({ state: 'FAILED', error: toFramesongError(error) }),
  );
  const ended = await Promise.race([outcome, graceAfter(run, options)]);
  // A limit that ran out is the outcome, also when the work finished late, or failed because it was stopped.
  if (ended === undefined || limits.signal.aborted) {
    const error = toFramesongError(limits.signal.reason);
    // Only the work that was stopped knows whether it had ordered something that costs money.
    const outcome = ended?.state === 'FAILED' ? ended.error.outcome : undefined;
    return { state: 'FAILED', error: outcome === undefined ? error : error.with({ outcome }) };
  }
  return ended;
}

function jobContext(store: JobStore, run: ActiveRun): JobContext<unknown> {
  const { row, limits, progress } = run;
  return {
    id: row.id,
    tenant: row.tenant,
    input: row.input,
    labels: row.labels,
    attempt: row.attempts,
    signal: limits.signal,
    remainingMs: () => limits.remainingMs(),
    step: (name, work, options) => runStep(run, name, work, options),
    withTimeout: (limits, work) => runWithTimeout(store, run, limits, work),
    withSilenceLimits: (limits, work) => runWithSilenceLimits(store, run, limits, work),
    orderOnce: (terms, order) => orderOnce(run, store.spendingLimits, terms, order),
    notes: runNotes(run),
    progress: (update) => progress.write(update),
  };
}

/** Resolves when work that does not end although its signal fired has had its time. */
async function graceAfter(
  { limits, database, abandoned }: ActiveRun,
  { abortGraceMs }: RunOptions,
): Promise<undefined> {
  const { signal } = limits;
  if (!signal.aborted) await once(signal, 'abort');
  // A step that is done may wait for the database with a result that was paid for; it gets its time when that is back.
  if (limits.ended === 'cut_off') await untilDatabaseAnswers(() => database.query('select 1'), abandoned);
  await pause(abortGraceMs, undefined, { ref: false });
  return undefined;
}
