import { textOf, objectOf } from '../http/json-fields.ts';
import { POLL_RULES, type PollRules } from '../http/poll-until.ts';
import { answerInvalid, jsonOf } from '../http/read-answer.ts';
import { refusalError } from '../http/refusals.ts';
import { openConnection } from '../image/adapter-connection.ts';
import type { AdapterConnection, ImageAdapter, ImageOrder, MadePicture, OrderContext } from '../image/image-adapter.ts';
import { imageMediaType } from '../image/image-media-type.ts';
import type { ImageModel } from '../image/image-model.ts';
import { JIEKOU_MODELS } from './models.ts';
import { errorInside, picturesIn, wordsIn, type PictureSource } from './read-answer.ts';
import { requestBody } from './request-body.ts';
import { waitForTask } from './wait-for-task.ts';

/** How jiekou.ai is reached. */
export interface JiekouOptions extends AdapterConnection {
  readonly poll?: Partial<PollRules>;
}

const provider = 'jiekou';
/** No order has this id: the question for it shows whether the key is taken, and costs nothing. */
const NO_TASK = 'framesong-access-check';

/** jiekou.ai: models that answer at once, and models that hand out a task. https://jiekou.ai/docs */
export function createJiekouAdapter(options: JiekouOptions): ImageAdapter {
  const { http, downloader, close } = openConnection(options, { provider, readWords: wordsIn });
  const poll: PollRules = { ...POLL_RULES, ...options.poll };

  async function order(asked: ImageOrder, context: OrderContext): Promise<MadePicture> {
    const model = JIEKOU_MODELS.find(({ name }) => name === asked.model.name)!;
    const answer = await http.send({
      method: 'POST',
      path: model.path,
      body: requestBody(model, asked),
      cost: 'paid',
      signal: context.signal,
      timeouts: context.timeouts,
    });
    const body = jsonOf(answer, { provider, cost: 'paid' });
    const error = errorInside(body);
    if (error) throw refusalError({ provider, headers: answer.headers, cost: 'paid', ...error });
    context.accepted();
    if (!model.isAsync) return pictureOf(picturesIn(body), context);
    const taskId = textOf(objectOf(body)?.['task_id']);
    if (taskId === undefined) throw answerInvalid(provider, 'names no task');
    await context.saveTaskId(taskId);
    return resume(taskId, asked.model, context);
  }

  async function resume(taskId: string, _model: ImageModel, context: OrderContext): Promise<MadePicture> {
    const made = await pictureOf(await waitForTask(http, taskId, poll, context), context, taskId);
    return { ...made, responseId: taskId };
  }

  /** A task's result can be asked for again by its id; that of an answer only by its URL. */
  async function pictureOf(
    [first, ...more]: readonly PictureSource[],
    context: OrderContext,
    taskId?: string,
  ): Promise<MadePicture> {
    if (!first) throw answerInvalid(provider, 'holds no picture');
    const warnings = more.length > 0 ? [`${provider} made ${more.length + 1} pictures, the first was taken`] : [];
    const rest = { billedImages: more.length + 1, warnings };
    if ('base64' in first) return { bytes: Buffer.from(first.base64, 'base64'), ...rest };
    if (taskId === undefined) await context.saveResultUrl(first.url);
    return { ...(await fetchResult(first.url, context)), ...rest };
  }

  async function fetchResult(url: string, { signal }: OrderContext): Promise<MadePicture> {
    return downloader.download(url, { signal, typeOf: imageMediaType });
  }

  return {
    name: provider,
    models: JIEKOU_MODELS,
    order,
    resume,
    fetchResult,
    async check(signal) {
      const answer = http.send({
        method: 'GET',
        path: '/v3/async/task-result',
        query: { task_id: NO_TASK },
        cost: 'free',
        signal,
        timeouts: { totalMs: 30_000 },
      });
      await answer.catch((thrown: unknown) => {
        // That there is no such task is the answer of a provider that takes the key.
        const { reason, code } = thrown as { reason?: string; code?: string };
        if (code === 'INVALID_ARGUMENT' || reason === 'PROVIDER_NOT_FOUND') return;
        throw thrown;
      });
      return { checked: 'access', note: 'the key is accepted; balance and models can only be seen by buying' };
    },
    close,
  };
}
