import { deadlineExceeded, toFramesongError, type FramesongError } from '@framesong/errors';
import { pause } from './backoff.ts';

/** How a task is waited for at a provider. */
export interface PollRules {
  /** Between two questions. */
  readonly everyMs: number;
  /** For the whole wait, should a status never change; counted anew whenever what `ask` has seen is another than before. */
  readonly limitMs: number;
  /** Questions in a row that may fail although the client has repeated each. The task is paid for, so it is waited for stubbornly. */
  readonly failures: number;
  /** For one question, its repeats included. */
  readonly questionMs: number;
}

/** What holds where a provider's folder says nothing else. */
export const POLL_RULES: PollRules = { everyMs: 1500, limitMs: 300_000, failures: 5, questionMs: 30_000 };

/** Whose task is waited for, for errors. */
export interface PolledTask {
  readonly provider: string;
  readonly taskId: string;
  readonly signal: AbortSignal;
}

/**
 * Asks until there is an answer. `ask` gives undefined, or how far it has seen the task, while it is under way, and throws
 * UNAVAILABLE for what says nothing about the task (a gateway's page): then it is asked again.
 * @throws FramesongError without outcome: what `ask` throws for good; DEADLINE_EXCEEDED `PROVIDER_TIMEOUT` for a status that
 * never changes; what the signal stands for.
 */
export async function pollUntil<T>(
  { everyMs, limitMs, failures }: PollRules,
  { provider, taskId, signal }: PolledTask,
  ask: () => Promise<{ readonly done: T } | { readonly seen: string } | undefined>,
): Promise<T> {
  let untilMs = performance.now() + limitMs;
  let failed = 0;
  let seen = '';
  for (;;) {
    try {
      const answer = await ask();
      if (answer && 'done' in answer) return answer.done;
      failed = 0;
      if (answer && answer.seen !== seen) {
        seen = answer.seen;
        untilMs = performance.now() + limitMs;
      }
    } catch (thrown) {
      const error = toFramesongError(thrown);
      failed += 1;
      if (signal.aborted || !isPassing(error) || failed >= failures) throw error;
    }
    if (performance.now() + everyMs > untilMs) throw notDone(provider, taskId, limitMs);
    await pause(everyMs, signal);
  }
}

function isPassing({ code, reason, outcome }: FramesongError): boolean {
  // What says how the task ended, and not how the question did.
  if (reason.startsWith('PROVIDER_TASK_')) return false;
  return (
    outcome === undefined && (code === 'UNAVAILABLE' || code === 'DEADLINE_EXCEEDED' || code === 'RESOURCE_EXHAUSTED')
  );
}

function notDone(provider: string, taskId: string, limitMs: number): FramesongError {
  return deadlineExceeded(`${provider} has not finished the task within ${limitMs} ms; it may still do so`, {
    provider,
    taskId,
    stage: 'provider task',
    limitMs: String(limitMs),
  }).with({ reason: 'PROVIDER_TIMEOUT' });
}
