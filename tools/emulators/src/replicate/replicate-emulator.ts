import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatedAnswer, EmulatedProvider, EmulatedRequest, EmulatorContext } from '../emulated-provider.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { servePicture } from '../pictures/serve-picture.ts';
import { checkFields } from '../requests/check-fields.ts';
import { checkKey } from '../requests/check-key.ts';
import { checkPicture } from '../requests/check-picture.ts';
import { jsonFields, type Fields, type FormFile } from '../requests/read-fields.ts';
import { formFields } from '../requests/read-form.ts';
import { refused } from '../requests/request-refused.ts';
import { INPUT_FIELDS, mostReferences } from './input-fields.ts';
import { predictionBody, type EmulatedPrediction } from './prediction-body.ts';
import { sizeOfInput } from './size-of-input.ts';

/**
 * Replicate on loopback: files, predictions of models by name, their status and cancel. Variants: `output` is `url`, `urls` or
 * `data`; `end` is the final status (`succeeded`, `failed`, `sensitive`, `aborted`); `polls` is how often a prediction says that it is not done.
 */
export const replicateEmulator: EmulatedProvider = {
  name: 'replicate',
  refusal: (status, { code, message }) =>
    status === 429
      ? { detail: 'Request was throttled. Your rate limit resets in ~30s.' }
      : { title: code, detail: message, status },
  errorInside200: () => ({ title: 'Unprocessable', detail: 'the input is not valid', status: 422 }),
  routes(context) {
    const files = new Map<string, Buffer>();
    const pictures = new Map<string, Buffer>();
    const predictions = new Map<string, EmulatedPrediction>();
    const find = ({ params, headers }: EmulatedRequest): EmulatedPrediction => {
      checkKey(headers, context.key);
      const prediction = predictions.get(params['id'] ?? '');
      if (!prediction) throw refused(404, 'Not Found', 'The requested resource could not be found.');
      return prediction;
    };
    const bodyOf = (prediction: EmulatedPrediction, { origin, quirk }: EmulatedRequest): EmulatedAnswer => {
      const needed = Number(context.variants['polls'] ?? 2);
      return { status: 200, json: predictionBody(prediction, { origin, quirk, needed, variants: context.variants }) };
    };
    return [
      { method: 'POST', path: '/v1/files', purpose: 'upload', handle: (request) => upload(request, context, files) },
      {
        method: 'POST',
        path: '/v1/models/{owner}/{name}/predictions',
        purpose: 'order',
        handle: async (request) => {
          const prediction = await order(request, context, files, pictures);
          predictions.set(prediction.id, prediction);
          return { ...bodyOf(prediction, request), status: 201 };
        },
      },
      {
        method: 'GET',
        path: '/v1/predictions/{id}',
        purpose: 'poll',
        handle(request) {
          const prediction = find(request);
          prediction.polls += 1;
          return bodyOf(prediction, request);
        },
      },
      {
        method: 'POST',
        path: '/v1/predictions/{id}/cancel',
        purpose: 'cancel',
        handle(request) {
          const prediction = find(request);
          prediction.isCancelled = true;
          return bodyOf(prediction, request);
        },
      },
      {
        method: 'GET',
        path: '/v1/account',
        purpose: 'free',
        handle({ headers }) {
          checkKey(headers, context.key);
          return { status: 200, json: { type: 'organization', username: 'emulated', name: 'Emulated' } };
        },
      },
      { method: 'GET', path: '/files/{id}', purpose: 'result', handle: (request) => servePicture(request, pictures) },
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
  pictures: Map<string, Buffer>,
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
  const name = `${id}.png`;
  pictures.set(
    name,
    await drawPicture({ ...size, title: `${model} ${references.length} refs`, key: JSON.stringify(input) }),
  );
  const content = pictures.get(name)!;
  return { id, model, input, file: name, content, mediaType: 'image/png', polls: 0, isCancelled: false };
}
