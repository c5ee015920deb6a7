import type { JobRow } from '../job-row.ts';
import type { JobStore } from '../job-store.ts';
import type { JobDefinition } from '../define-job.ts';
import type { RunEnd } from '../run/run-limits.ts';
import { WHOLE_JOB, type Workload } from './duration-key.ts';

/** What a job is to its histories; undefined when its kind keeps none. */
export function workloadOf(
  store: Pick<JobStore, 'definitions'>,
  { kind, input }: Pick<JobRow, 'kind' | 'input'>,
): Workload | undefined {
  // The definition takes the input that was given for its kind at submission.
  return (store.definitions.get(kind) as JobDefinition<unknown> | undefined)?.workloadOf?.(input);
}

/** Remembers how long a run took in all: when it succeeded, its time; when it was stopped, that it takes longer. */
export function recordRun(
  store: Pick<JobStore, 'definitions' | 'durations'>,
  row: JobRow,
  end: { readonly succeeded: boolean; readonly stopped: RunEnd | undefined },
  usedMs: number,
): void {
  const workload = workloadOf(store, row);
  if (!workload || (!end.succeeded && end.stopped === undefined)) return;
  const outcome = end.succeeded ? 'ended' : 'stopped';
  store.durations.record({ ...workload, stage: WHOLE_JOB }, { durationMs: usedMs, outcome });
}
