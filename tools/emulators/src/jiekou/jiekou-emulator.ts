import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  EmulatedAnswer,
  EmulatedProvider,
  EmulatedRequest,
  EmulatedRoute,
  EmulatorContext,
} from '../emulated-provider.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { checkFields } from '../requests/check-fields.ts';
import { checkKey } from '../requests/check-key.ts';
import { jsonFields, type Fields } from '../requests/read-fields.ts';
import { formFields } from '../requests/read-form.ts';
import { refused } from '../requests/request-refused.ts';
import { MODEL_PARAMETERS } from './model-parameters.ts';
import { outputSize } from './output-size.ts';
import { referencesOf } from './references-of.ts';
import { successBody } from './success-body.ts';
import { taskBody, type EmulatedTask } from './task-body.ts';

/**
 * jiekou.ai on loopback: every endpoint that makes pictures, as strict as its parameter lists. Variants: `success_shape`
 * (data_url, data_b64, images, images_objects, images_b64, image_urls) overrides each model's own;
 * `polls` is how often a task says that it is not done; `task_fails` lets tasks fail, with these words; `pictures` how many pictures an answer holds.
 */
export const jiekouEmulator: EmulatedProvider = {
  name: 'jiekou',
  refusal: (status, { code, message }) => ({
    code: status,
    reason: code,
    message,
    metadata: { details: `emulated ${status}` },
  }),
  errorInside200: () => ({
    code: 400,
    reason: 'MODEL_ERROR',
    message: 'the model could not process the request',
    metadata: {},
  }),
  routes(context) {
    const pictures = new Map<string, Buffer>();
    const tasks = new Map<string, EmulatedTask>();
    const orders = Object.keys(MODEL_PARAMETERS).map((path): EmulatedRoute => ({
      method: 'POST',
      path,
      purpose: 'order',
      handle: (request) => order(request, context, pictures, tasks),
    }));
    return [
      ...orders,
      {
        method: 'GET',
        path: '/v3/async/task-result',
        purpose: 'poll',
        handle: (request) => poll(request, context, tasks),
      },
      { method: 'GET', path: '/files/{id}', purpose: 'result', handle: (request) => file(request, pictures) },
    ];
  },
};

async function order(
  request: EmulatedRequest,
  context: EmulatorContext,
  pictures: Map<string, Buffer>,
  tasks: Map<string, EmulatedTask>,
): Promise<EmulatedAnswer> {
  checkKey(request.headers, context.key);
  const { path } = request;
  const fields = fieldsOf(request);
  const references = await referencesOf(path, fields);
  const size = outputSize(path, fields);
  const taskId = path.includes('/async/') ? randomUUID() : undefined;
  const count = Number(context.variants['pictures'] ?? 1);
  const idempotencyKey = request.headers['idempotency-key'];
  const seed = fields['seed'];
  context.paid.accept({
    path,
    body: request.bytes,
    images: count,
    prompt: String(fields['prompt'] ?? fields['text']),
    references,
    ...(typeof seed === 'number' && { seed }),
    ...(taskId !== undefined && { orderId: taskId }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
  await sleep(context.latencyMs);
  const title = `${path.split('/').at(-1)} ${references.length} refs`;
  const ids = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = `${randomUUID()}.png`;
      const key = JSON.stringify([fields, index]);
      pictures.set(id, await drawPicture({ ...size, title, key }));
      return id;
    }),
  );
  if (taskId !== undefined) {
    tasks.set(taskId, { taskId, ids, polls: 0, type: title });
    return { status: 200, json: { task_id: taskId } };
  }
  const made = ids.map((id) => ({ url: `${request.origin}/files/${id}`, bytes: pictures.get(id)! }));
  return { status: 200, json: successBody(path, fields, made, context.variants['success_shape']) };
}

function fieldsOf({ path, bytes, headers }: EmulatedRequest): Fields {
  const rules = MODEL_PARAMETERS[path]!;
  if (path !== '/v1/images/edits') {
    const fields = jsonFields(bytes, headers);
    checkFields(fields, rules);
    return fields;
  }
  const { 'image[]': several, ...fields } = formFields(bytes, headers);
  const all = several === undefined ? fields : { ...fields, image: several };
  checkFields(all, rules);
  return all;
}

function poll(
  { headers, query, origin, quirk }: EmulatedRequest,
  context: EmulatorContext,
  tasks: Map<string, EmulatedTask>,
): EmulatedAnswer {
  checkKey(headers, context.key);
  const task = tasks.get(query.get('task_id') ?? '');
  if (!task) throw refused(400, 'TASK_NOT_FOUND', 'no such task');
  task.polls += 1;
  const needed = Number(context.variants['polls'] ?? 2);
  return { status: 200, json: taskBody(task, { origin, quirk, needed, failsWith: context.variants['task_fails'] }) };
}

/** Knows ETag, Range and If-Range, as object stores do. */
function file({ params, headers }: EmulatedRequest, pictures: Map<string, Buffer>): EmulatedAnswer {
  const id = params['id'] ?? '';
  const bytes = pictures.get(id);
  if (!bytes)
    return {
      status: 404,
      headers: { 'content-type': 'application/xml' },
      body: '<Error><Code>NoSuchKey</Code></Error>',
    };
  const etag = `"${id}"`;
  const common = { 'content-type': 'image/png', etag, 'accept-ranges': 'bytes' };
  const from = Number(/^bytes=(\d+)-$/.exec(headers['range'] ?? '')?.[1] ?? 0);
  if (from === 0 || headers['if-range'] !== etag) return { status: 200, headers: common, body: bytes };
  const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  return { status: 206, headers: { ...common, 'content-range': range }, body: bytes.subarray(from) };
}
