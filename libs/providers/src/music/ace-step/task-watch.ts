import { jsonBody, type HttpBody } from '../../http/http-body.ts';
import { numberOf, objectOf } from '../../http/json-fields.ts';
import { pollUntil, type PollRules } from '../../http/poll-until.ts';
import type { MusicCallContext } from '../music-engine.ts';
import { taskFailed, taskLost } from '../task-ends.ts';
import { taskIn, type AceStepTask } from './read-answer.ts';

/** Waits for tasks. */
export interface TaskWatch {
  /** @throws FramesongError `PROVIDER_TASK_FAILED`; `PROVIDER_TASK_LOST` when the server was restarted; DEADLINE_EXCEEDED for a silent one */
  untilDone(taskId: string, context: MusicCallContext): Promise<Extract<AceStepTask, { state: 'done' }>>;
}

/** What a watch is made of. */
export interface TaskWatchParts {
  readonly rules: PollRules;
  /** For how long the server may not know the task. */
  readonly lostAfterMs: number;
  /** Data of the answer; without a body a GET. */
  readonly ask: (path: string, body: HttpBody | undefined, signal: AbortSignal) => Promise<unknown>;
}

const provider = 'ace-step';

export function createTaskWatch({ rules, lostAfterMs, ask }: TaskWatchParts): TaskWatch {
  async function load(signal: AbortSignal) {
    const stats = objectOf(await ask('/v1/stats', undefined, signal));
    const jobs = objectOf(stats?.['jobs']);
    const ended = (numberOf(jobs?.['succeeded']) ?? 0) + (numberOf(jobs?.['failed']) ?? 0);
    // A server that has nothing to do cannot be about to do this task. Not `jobs.queued`: those refused with 429 stay in it.
    const isQueueEmpty = numberOf(stats?.['queue_size']) === 0;
    return { isIdle: isQueueEmpty && numberOf(jobs?.['running']) === 0, isQueueEmpty, ended };
  }

  return {
    untilDone(taskId, { signal, onStart, onProgress }) {
      let unknownSinceMs: number | undefined;
      return pollUntil(rules, { provider, taskId, signal }, async () => {
        const task = taskIn(await ask('/query_result', jsonBody({ task_id_list: [taskId] }), signal), taskId);
        if (task.state === 'done') return { done: task };
        if (task.state === 'failed') throw taskFailed(provider, taskId, task.message);
        if (task.state === 'unknown') {
          unknownSinceMs ??= performance.now();
          const isOver = performance.now() - unknownSinceMs >= lostAfterMs;
          if (isOver || (await load(signal)).isIdle) throw taskLost(provider, taskId);
          return undefined;
        }
        unknownSinceMs = undefined;
        const { share, stage = 'generate' } = task;
        if (share === 0 && (task.stage === undefined || task.stage === 'queued')) {
          const { isQueueEmpty, ended } = await load(signal);
          // In its queue it may be for as long as the server ends the tasks of others.
          if (task.stage === 'queued' || !isQueueEmpty) return { seen: `queued after ${ended}` };
        }
        onStart?.();
        onProgress?.({ done: share * 100, total: 100, unit: 'percent', stage });
        return { seen: `${stage} ${share}` };
      });
    },
  };
}
