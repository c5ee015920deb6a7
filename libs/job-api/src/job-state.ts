import { JobState as WireState } from '@framesong/contracts/job/v1/job';
import type { PlainError } from '@framesong/errors';
import type { JobState } from '@framesong/jobs';

/** The state as callers see it: a failure because a clock ran out is EXPIRED. */
export function wireStateOf(state: JobState, error: PlainError | undefined): WireState {
  // The job engine names the clock that ran out.
  if (state === 'FAILED' && error?.metadata?.['limit']) return WireState.EXPIRED;
  return WireState[state];
}

/** The stored states that a filter means; without a filter, all. */
export function storedStatesOf(states: readonly WireState[]): { states?: JobState[] } {
  const stored = new Set<JobState>();
  for (const state of states) {
    if (state === WireState.QUEUED) stored.add('QUEUED');
    else if (state === WireState.RUNNING) stored.add('RUNNING');
    else if (state === WireState.SUCCEEDED) stored.add('SUCCEEDED');
    else if (state === WireState.CANCELLED) stored.add('CANCELLED');
    else stored.add('FAILED');
  }
  return stored.size > 0 ? { states: [...stored] } : {};
}

/** The kind as callers see it: without the version of its workflow. */
export function wireKindOf(kind: string): string {
  return kind.replace(/\.v\d+$/, '');
}
