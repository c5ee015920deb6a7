import { FramesongError } from '@framesong/errors';
import type { HttpClient } from '../http/http-client.ts';
import { numberOf, objectOf, textOf } from '../http/json-fields.ts';
import { pollUntil, type PollRules } from '../http/poll-until.ts';
import { answerInvalid, jsonOf } from '../http/read-answer.ts';
import { refusalError, shortened } from '../http/refusals.ts';
import type { OrderContext } from '../image/image-adapter.ts';
import { kindOf, picturesIn, wordsIn, type PictureSource } from './read-answer.ts';

const provider = 'jiekou';

/** What a finished task has made. */
export async function waitForTask(
  http: HttpClient,
  taskId: string,
  rules: PollRules,
  { signal, onProgress }: Pick<OrderContext, 'signal' | 'onProgress'>,
): Promise<PictureSource[]> {
  const { questionMs } = rules;
  let share = 0;
  return pollUntil(rules, { provider, taskId, signal }, async () => {
    const answer = await http.send({
      method: 'GET',
      path: '/v3/async/task-result',
      query: { task_id: taskId },
      cost: 'free',
      signal,
      timeouts: { totalMs: questionMs, firstByteMs: questionMs / 3 },
    });
    const body = jsonOf(answer, { provider, cost: 'free' });
    const task = objectOf(objectOf(body)?.['task']);
    // An error inside a 200 says nothing about the task: it is asked for again.
    if (!task) {
      const words = wordsIn(body)?.message;
      const metadata = words === undefined ? {} : { providerMessage: shortened(words) };
      throw answerInvalid(provider, `does not tell about the task${said(words)}`).with({ metadata });
    }
    const status = textOf(task['status']);
    if (status === 'TASK_STATUS_SUCCEED') return { done: picturesIn(body) };
    if (status === 'TASK_STATUS_FAILED') throw taskFailed(taskId, textOf(task['reason']));
    // Shown progress never goes back, whatever the provider says.
    share = Math.max(share, Math.min(1, (numberOf(task['progress_percent']) ?? 0) / 100));
    onProgress({ share, step: status ?? 'unknown' });
    return undefined;
  });
}

/** Whether a task that failed is charged for is documented nowhere, so it counts as unknown. */
function taskFailed(taskId: string, why: string | undefined): FramesongError {
  const outcome = 'sent_unknown';
  const kind = kindOf(why ?? '');
  if (why !== undefined && kind) {
    const words = { message: why, kind };
    const refused = refusalError({ provider, status: 400, headers: {}, cost: 'paid', words }).with({ outcome });
    // Another reason would speak of the question, and the task would be waited for again.
    return kind === 'moderation' ? refused : refused.with({ reason: 'PROVIDER_TASK_REFUSED' });
  }
  return new FramesongError(`${provider} could not make the picture${said(why)}`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_TASK_FAILED',
    outcome,
    metadata: { provider, taskId, ...(why !== undefined && { providerMessage: shortened(why) }) },
  });
}

function said(words: string | undefined): string {
  return words === undefined ? '' : `: "${shortened(words)}"`;
}
