import { randomUUID } from 'node:crypto';
import { FramesongError, toFramesongError, type Outcome } from '@framesong/errors';
import { cancelledWhenGivenUp } from '../http/cancelled-task.ts';
import { formBody, jsonBody } from '../http/http-body.ts';
import { createHttpClient } from '../http/http-client.ts';
import { objectOf, textOf } from '../http/json-fields.ts';
import { POLL_RULES, pollUntil, type PollRules } from '../http/poll-until.ts';
import { answerInvalid, jsonOf } from '../http/read-answer.ts';
import type {
  AdapterConnection,
  ImageAdapter,
  ImageOrder,
  MadePicture,
  OrderContext,
  SentPicture,
} from '../image/image-adapter.ts';
import { followPrompt } from './follow-prompt.ts';
import { COMFYUI_MODELS } from './models.ts';
import { promptIdOf } from './prompt-id.ts';
import { isQueued, picturesInHistory, wordsIn, type StoredPicture } from './read-history.ts';
import { workflowOf } from './workflow.ts';

/** How a ComfyUI server is reached. It has no keys. */
export interface ComfyUiOptions extends Omit<AdapterConnection, 'key'> {
  readonly poll?: Partial<PollRules>;
  /** How long the order waits for the WebSocket to open before it leaves without. Default 5 s. */
  readonly openSocketMs?: number;
}

const provider = 'comfyui';
/** For a cancel at the server, which has to come through although the caller has gone. */
const CANCEL_MS = 3000;

/** A ComfyUI server with a workflow of ours. server.py and execution.py of comfyanonymous/ComfyUI. */
export function createComfyUiAdapter(options: ComfyUiOptions): ImageAdapter {
  const { baseUrl, openSocketMs = 5000 } = options;
  const http = createHttpClient({ ...options.http, provider, baseUrl, readWords: wordsIn });
  const rules: PollRules = { ...POLL_RULES, everyMs: 500, ...options.poll };
  const timeouts = { totalMs: rules.questionMs, firstByteMs: rules.questionMs / 3 };
  const read = async (path: string, signal: AbortSignal): Promise<unknown> =>
    jsonOf(await http.send({ method: 'GET', path, cost: 'free', signal, timeouts }), { provider, cost: 'free' });

  async function order(asked: ImageOrder, context: OrderContext): Promise<MadePicture> {
    const { signal } = context;
    const model = COMFYUI_MODELS.find(({ name }) => name === asked.model.name)!;
    const files: string[] = [];
    for (const picture of asked.pictures) files.push(await upload(picture, asked.requestKey, files.length + 1, signal));
    const promptId = promptIdOf(asked.requestKey);
    const clientId = randomUUID();
    const shown = neverBack(context);
    const following = followPrompt({ baseUrl, clientId, promptId, openSocketMs }, shown);
    try {
      await following.ready;
      const prompt = workflowOf(model, asked, files);
      await submit({ prompt, client_id: clientId, prompt_id: promptId }, promptId, context);
      await context.saveTaskId(promptId);
      shown.begin();
      return await result(promptId, shown);
    } finally {
      following.close();
    }
  }

  async function upload(picture: SentPicture, key: string, number: number, signal: AbortSignal): Promise<string> {
    const name = `framesong-${promptIdOf(key)}-${number}.${picture.mediaType.slice('image/'.length)}`;
    const body = formBody([
      { name: 'image', value: picture.bytes, fileName: name, contentType: picture.mediaType },
      { name: 'type', value: 'input' },
      { name: 'overwrite', value: 'true' },
    ]);
    const answer = await http.send({ method: 'POST', path: '/upload/image', body, cost: 'free', signal });
    const file = objectOf(jsonOf(answer, { provider, cost: 'free' }));
    const stored = textOf(file?.['name']);
    if (stored === undefined) throw answerInvalid(provider, 'names no uploaded file');
    const subfolder = textOf(file?.['subfolder']);
    return subfolder === undefined ? stored : `${subfolder}/${stored}`;
  }

  /** When the answer is lost, the queue tells whether the prompt was taken. */
  async function submit(body: unknown, promptId: string, { signal, timeouts: own }: OrderContext): Promise<void> {
    try {
      const call = {
        method: 'POST',
        path: '/prompt',
        body: jsonBody(body),
        cost: 'paid',
        signal,
        timeouts: own,
      } as const;
      jsonOf(await http.send(call), { provider, cost: 'paid' });
    } catch (thrown) {
      const error = toFramesongError(thrown);
      if (signal.aborted || error.outcome === 'not_sent' || error.outcome === 'rejected') throw error;
      const isTaken = await isKnown(promptId, signal).catch(() => undefined);
      if (isTaken === true) return;
      throw isTaken === false ? error.with({ outcome: 'rejected' }) : error;
    }
  }

  async function isKnown(promptId: string, signal: AbortSignal): Promise<boolean> {
    const history = objectOf(await read(`/history/${promptId}`, signal));
    return history?.[promptId] !== undefined || isQueued(await read('/queue', signal), promptId);
  }

  async function result(promptId: string, context: OrderContext): Promise<MadePicture> {
    const { signal } = context;
    let missed = 0;
    const ask = async (): Promise<{ readonly done: StoredPicture[] } | undefined> => {
      const done = picturesInHistory(await read(`/history/${promptId}`, signal), promptId);
      if (done) return { done };
      // Between queue and history there is a moment; twice in a row it is nowhere only when the server was restarted.
      missed = isQueued(await read('/queue', signal), promptId) ? 0 : missed + 1;
      if (missed > 2) throw lost(promptId);
      context.onProgress({ share: 0, step: 'queued or running' });
      return undefined;
    };
    const pictures = await cancelledWhenGivenUp(
      signal,
      () => cancel(promptId),
      () => pollUntil(rules, { provider, taskId: promptId, signal }, ask),
    );
    const [first, ...more] = pictures;
    if (!first) throw answerInvalid(provider, 'holds no picture');
    return { bytes: await download(first, signal), billedImages: more.length + 1, responseId: promptId };
  }

  async function download({ filename, subfolder, type }: StoredPicture, signal: AbortSignal): Promise<Buffer> {
    const query = { filename, subfolder, type };
    return (await http.send({ method: 'GET', path: '/view', query, cost: 'free', signal, timeouts })).bytes;
  }

  /** Out of the queue if it waits, interrupted if it runs; both by id, so that nobody else's work is touched. */
  async function cancel(promptId: string): Promise<Outcome | undefined> {
    const signal = AbortSignal.timeout(CANCEL_MS);
    const post = (path: string, body: unknown) =>
      http.send({ method: 'POST', path, body: jsonBody(body), cost: 'free', signal });
    // In this order, and the second whatever becomes of the first: between the two it may begin to run.
    const removed = await post('/queue', { delete: [promptId] }).catch(() => undefined);
    await post('/interrupt', { prompt_id: promptId });
    if (!removed) return undefined;
    // A server of one's own charges nothing.
    return 'rejected';
  }

  return {
    name: provider,
    models: COMFYUI_MODELS,
    order,
    resume: (taskId, _, context) => result(taskId, context),
    async check(signal) {
      await read('/system_stats', signal);
      return {
        checked: 'access',
        note: 'the server answers; whether it has the files of the workflow shows the first order',
      };
    },
    close: () => http.close(),
  };
}

/** Each node that works tells from 0 on, and none before the prompt is known to be taken: what is shown never goes back. */
function neverBack(context: OrderContext): OrderContext & { begin(): void } {
  let share = 0;
  let hasBegun = false;
  return {
    ...context,
    begin: () => void (hasBegun = true),
    onProgress(progress) {
      share = Math.max(share, progress.share);
      if (hasBegun) context.onProgress({ share, step: progress.step });
    },
  };
}

function lost(promptId: string): FramesongError {
  return new FramesongError('comfyui does not know the prompt any more: the server was restarted', {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_TASK_LOST',
    outcome: 'rejected',
    metadata: { provider, taskId: promptId },
  });
}
