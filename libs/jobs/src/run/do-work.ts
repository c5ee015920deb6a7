import { FramesongError, throwIfAborted, toFramesongError } from '@framesong/errors';
import { recordStages } from '@framesong/telemetry';
import type { JobContext, JobDefinition } from '../define-job.ts';
import type { JobStore } from '../job-store.ts';
import { runWithTimeout } from '../durations/with-timeout.ts';
import type { ActiveRun } from './active-run.ts';
import { poisoned } from './begin-run.ts';
import type { Outcome } from './end-run.ts';
import type { RunOptions } from './run-job.ts';
import { runStep } from './run-step.ts';

/** Runs the work and says how it ended. Work that does not end when its signal fires is given up after a grace. */
export async function doWork(store: JobStore, options: RunOptions, run: ActiveRun): Promise<Outcome> {
  const { row, limits, timings } = run;
  if (row.crashes > options.maxCrashes) return { state: 'FAILED', error: poisoned(row) };
  // The definition takes the input that was given for its kind at submission.
  const definition = store.definitions.get(row.kind) as JobDefinition<unknown> | undefined;
  if (definition === undefined) return { state: 'FAILED', error: unknownKind(store.service, row.kind) };
  const working = recordStages(async () => {
    timings.attach();
    // An expired job ends before it begins.
    throwIfAborted(limits.signal);
    return definition.run(jobContext(store, run));
  });
  const outcome = working.then(
    ({ value }): Outcome => ({ state: 'SUCCEEDED', result: value }),
    (error: unknown): Outcome => ({ state: 'FAILED', error: toFramesongError(error) }),
  );
  const ended = await Promise.race([outcome, graceAfter(limits.signal, options.abortGraceMs)]);
  // A limit that ran out is the outcome, also when the work finished late, or failed because it was stopped.
  if (ended === undefined || limits.signal.aborted)
    return { state: 'FAILED', error: toFramesongError(limits.signal.reason) };
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
    progress: (update) => progress.write(update),
  };
}

function unknownKind(service: string, kind: string): FramesongError {
  return new FramesongError(`no worker of service ${service} knows jobs of kind ${kind}`, {
    code: 'UNIMPLEMENTED',
    reason: 'UNKNOWN_JOB_KIND',
  });
}

function graceAfter(signal: AbortSignal, graceMs: number): Promise<undefined> {
  return new Promise((resolve) => {
    const start = (): void => void setTimeout(() => resolve(undefined), graceMs).unref();
    if (signal.aborted) start();
    else signal.addEventListener('abort', start, { once: true });
  });
}
