import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatedAnswer, EmulatedProvider, EmulatedRequest, EmulatorContext } from '../emulated-provider.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { checkFields } from '../requests/check-fields.ts';
import { checkKey } from '../requests/check-key.ts';
import { checkPicture } from '../requests/check-picture.ts';
import { jsonFields, type Fields, type FormFile } from '../requests/read-fields.ts';
import { formFields } from '../requests/read-form.ts';
import { refused } from '../requests/request-refused.ts';
import { INPUT_FIELDS, mostReferences } from './input-fields.ts';
import type { EmulatedPrediction } from './prediction-body.ts';
import { createPredictions } from './predictions.ts';
import { sizeOfInput } from './size-of-input.ts';

/**
 * Replicate on loopback: files, predictions of models by name, their status and cancel. With the
 * variants of {@link createPredictions}.
 */
export const replicateEmulator: EmulatedProvider = {
  name: 'replicate',
  refusal: (status, { code, message }) =>
    status === 429
      ? { detail: 'Request was throttled. Your rate limit resets in ~30s.' }
      : { title: code, detail: message, status },
  errorInside200: () => ({ title: 'Unprocessable', detail: 'the input is not valid', status: 422 }),
  routes(context) {
    const uploads = new Map<string, Buffer>();
    const predictions = createPredictions(context);
    return [
      { method: 'POST', path: '/v1/files', purpose: 'upload', handle: (request) => upload(request, context, uploads) },
      {
        method: 'POST',
        path: '/v1/models/{owner}/{name}/predictions',
        purpose: 'order',
        handle: async (request) => predictions.ordered(await order(request, context, uploads), request),
      },
      ...predictions.routes,
    ];
  },
};

async function upload(
  { headers, bytes, origin }: EmulatedRequest,
  context: EmulatorContext,
  files: Map<string, Buffer>,
): Promise<EmulatedAnswer> {
  checkKey(headers, context.key);
  const [file] = (formFields(bytes, headers)['content'] ?? []) as readonly FormFile[];
  if (!file) throw refused(400, 'Bad Request', 'content has to be a file');
  await checkPicture(file.bytes, 'content', { formats: ['png', 'jpeg', 'webp'] });
  const id = randomUUID();
  const get = `${origin}/v1/files/${id}`;
  files.set(get, file.bytes);
  return { status: 201, json: { id, content_type: file.type, size: file.bytes.length, urls: { get } } };
}

async function order(
  { headers, bytes, params, path }: EmulatedRequest,
  context: EmulatorContext,
  files: ReadonlyMap<string, Buffer>,
): Promise<EmulatedPrediction> {
  checkKey(headers, context.key);
  const model = `${params['owner'] ?? ''}/${params['name'] ?? ''}`;
  const rules = INPUT_FIELDS[model];
  if (!rules) throw refused(404, 'Not Found', 'The requested resource could not be found.');
  const body = jsonFields(bytes, headers);
  checkFields(
    body,
    { input: { type: 'object', required: true }, webhook: { type: 'string' } },
    'Input validation failed',
  );
  const input = body['input'] as Fields;
  checkFields(input, rules, 'Input validation failed');
  const images = (input['image_input'] ?? []) as readonly string[];
  if (images.length > mostReferences(model)) throw refused(422, 'Input validation failed', 'too many images');
  const references = images.map((url) => {
    const file = files.get(url);
    if (!file) throw refused(422, 'Input validation failed', `image_input: ${url} cannot be read`);
    return file;
  });
  const id = randomUUID().replaceAll('-', '').slice(0, 26);
  context.paid.accept({ path, body: bytes, images: 1, prompt: String(input['prompt']), references, orderId: id });
  await sleep(context.latencyMs);
  const size = sizeOfInput(model, input);
  const title = `${model} ${references.length} refs`;
  const content = await drawPicture({ ...size, title, key: JSON.stringify(input) });
  return { id, model, input, file: `${id}.png`, content, mediaType: 'image/png', polls: 0, isCancelled: false };
}
