import { deadlineExceeded, FramesongError } from '@framesong/errors';
import { pause } from '../http/backoff.ts';
import type { HttpClient } from '../http/http-client.ts';
import { numberOf, objectOf, textOf } from '../http/json-fields.ts';
import { answerInvalid, jsonOf } from '../http/read-answer.ts';
import { shortened } from '../http/refusals.ts';
import type { OrderContext } from '../image/image-adapter.ts';
import { picturesIn, wordsIn, type PictureSource } from './read-answer.ts';

/** How a task is waited for. */
export interface PollRules {
  /** Between two questions. Default 1500 ms. */
  readonly everyMs: number;
  /** For the whole wait, should a status never change. Default 300 s. */
  readonly limitMs: number;
}

const provider = 'jiekou';
const POLL_TIMEOUT_MS = 30_000;
const ODD_ANSWERS = 3;

/** What a finished task has made. Polls are free: they are repeated until the time is up. */
export async function waitForTask(
  http: HttpClient,
  taskId: string,
  { everyMs, limitMs }: PollRules,
  context: Pick<OrderContext, 'signal' | 'onProgress'>,
): Promise<PictureSource[]> {
  const untilMs = performance.now() + limitMs;
  let share = 0;
  let odd = 0;
  for (;;) {
    const answer = await http.send({
      method: 'GET',
      path: '/v3/async/task-result',
      query: { task_id: taskId },
      cost: 'free',
      signal: context.signal,
      timeouts: { totalMs: POLL_TIMEOUT_MS, firstByteMs: POLL_TIMEOUT_MS / 3 },
    });
    const body = readable(answer);
    const task = objectOf(objectOf(body)?.['task']);
    if (!task) {
      // A page of a gateway, or an error inside a 200, says nothing about the task: it is asked for again.
      odd += 1;
      if (odd >= ODD_ANSWERS) throw oddAnswer(body);
    } else {
      odd = 0;
      const status = textOf(task['status']);
      if (status === 'TASK_STATUS_SUCCEED') return picturesIn(body);
      if (status === 'TASK_STATUS_FAILED') throw taskFailed(taskId, textOf(task['reason']));
      // Shown progress never goes back, whatever the provider says.
      share = Math.max(share, Math.min(1, (numberOf(task['progress_percent']) ?? 0) / 100));
      context.onProgress({ share, step: status ?? 'unknown' });
    }
    if (performance.now() + everyMs > untilMs) throw stillNotDone(taskId, limitMs);
    await pause(everyMs, context.signal);
  }
}

function readable(answer: Parameters<typeof jsonOf>[0]): unknown {
  try {
    return jsonOf(answer, { provider, cost: 'free' });
  } catch {
    return undefined;
  }
}

function oddAnswer(body: unknown): FramesongError {
  const words = wordsIn(body);
  const what = words?.message === undefined ? 'does not tell about the task' : `says: "${shortened(words.message)}"`;
  return answerInvalid(provider, what);
}

/** Whether a task that failed is charged for is documented nowhere, so it counts as unknown. */
function taskFailed(taskId: string, why: string | undefined): FramesongError {
  const words = why === undefined ? undefined : shortened(why);
  return new FramesongError(`${provider} could not make the picture${words === undefined ? '' : `: "${words}"`}`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_TASK_FAILED',
    outcome: 'sent_unknown',
    metadata: { provider, taskId, ...(words !== undefined && { providerMessage: words }) },
  });
}

function stillNotDone(taskId: string, limitMs: number): FramesongError {
  return deadlineExceeded(`${provider} has not finished the task within ${limitMs} ms; it may still do so`, {
    provider,
    taskId,
    stage: 'provider task',
    limitMs: String(limitMs),
  }).with({ reason: 'PROVIDER_TIMEOUT' });
}
