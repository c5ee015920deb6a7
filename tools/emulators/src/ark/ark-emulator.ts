import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatedAnswer, EmulatedProvider, EmulatedRequest, EmulatorContext } from '../emulated-provider.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { servePicture } from '../pictures/serve-picture.ts';
import { checkFields, type FieldRule } from '../requests/check-fields.ts';
import { checkKey } from '../requests/check-key.ts';
import { checkPicture, referenceBytes } from '../requests/check-picture.ts';
import { jsonFields, type Fields } from '../requests/read-fields.ts';
import { refused } from '../requests/request-refused.ts';
import { outputSize } from './output-size.ts';

const MODELS = [
  'doubao-seedream-4-0-250828',
  'doubao-seedream-4-5-251128',
  'doubao-seedream-5-0-260128',
  'doubao-seedream-5-0-pro-260628',
];

/** Source: the types of volcengine/volcengine-python-sdk, arkruntime images. There is no `n`. */
const FIELDS: Readonly<Record<string, FieldRule>> = {
  model: { type: 'string', required: true, oneOf: MODELS },
  prompt: { type: 'string', required: true },
  image: { type: 'string[]' },
  size: { type: 'string' },
  response_format: { type: 'string', oneOf: ['url', 'b64_json'] },
  watermark: { type: 'boolean' },
  sequential_image_generation: { type: 'string', oneOf: ['auto', 'disabled'] },
  sequential_image_generation_options: { type: 'object' },
  optimize_prompt_options: { type: 'object' },
  output_format: { type: 'string', oneOf: ['png', 'jpeg'] },
  stream: { type: 'boolean' },
};

const SENSITIVE = {
  code: 'OutputImageSensitiveContentDetected',
  message: 'The request failed because the output image may contain sensitive information. Request id: 021',
};

/**
 * Ark on loopback. Variants: `answer: whole` ignores `stream`; `item: failed` puts an error in the place of the picture;
 * `created_at: true` names the time as the SDK's types do; `end: broken` ends the events with one that is no JSON;
 * `end: held` sends nothing after the picture, for ever.
 */
export const arkEmulator: EmulatedProvider = {
  name: 'ark',
  refusal: (status, { code, message }) => ({
    error: {
      code,
      message: `${message} Request id: 021`,
      param: '',
      type: status === 401 ? 'Unauthorized' : 'BadRequest',
    },
  }),
  errorInside200: () => ({ model: MODELS[0], created: 1_757_321_139, data: [{ error: SENSITIVE }], usage: usage(0) }),
  routes(context) {
    const pictures = new Map<string, Buffer>();
    return [
      {
        method: 'POST',
        path: '/api/v3/images/generations',
        purpose: 'order',
        handle: (request) => order(request, context, pictures),
      },
      { method: 'GET', path: '/files/{id}', purpose: 'result', handle: (request) => servePicture(request, pictures) },
    ];
  },
};

async function order(
  request: EmulatedRequest,
  context: EmulatorContext,
  pictures: Map<string, Buffer>,
): Promise<EmulatedAnswer> {
  checkKey(request.headers, context.key);
  const fields = jsonFields(request.bytes, request.headers);
  checkFields(fields, FIELDS, 'InvalidParameter');
  const model = String(fields['model']);
  const size = outputSize(model, fields['size'] as string | undefined);
  const references = await referencesOf(model, fields);
  const isFailed = context.variants['item'] === 'failed';
  if (!isFailed) {
    const { path, bytes: body } = request;
    context.paid.accept({ path, body, images: 1, prompt: String(fields['prompt']), references });
  }
  await sleep(context.latencyMs);
  const id = `${randomUUID()}.png`;
  const key = JSON.stringify(fields);
  const bytes = await drawPicture({ ...size, title: `${model} ${references.length} refs`, key });
  pictures.set(id, bytes);
  const place =
    fields['response_format'] === 'b64_json'
      ? { b64_json: bytes.toString('base64') }
      : { url: `${request.origin}/files/${id}` };
  const made = isFailed ? { error: SENSITIVE } : { ...place, size: `${size.widthPx}x${size.heightPx}` };
  const created = { [context.variants['created_at'] === 'true' ? 'created_at' : 'created']: 1_757_321_139 };
  if (fields['stream'] === true && context.variants['answer'] !== 'whole') {
    return { status: 200, events: events(model, made, created, context.variants['end']) };
  }
  return { status: 200, json: { model, ...created, data: [made], usage: usage(isFailed ? 0 : 1) } };
}

async function* events(model: string, made: object, created: object, end: string | undefined) {
  const isFailed = 'error' in made;
  const type = `image_generation.partial_${isFailed ? 'failed' : 'succeeded'}`;
  yield { event: type, data: JSON.stringify({ type, model, ...created, image_index: 0, ...made }) };
  if (end === 'held') await new Promise<never>(() => undefined);
  if (end === 'broken') {
    yield { data: '{' };
    return;
  }
  const completed = 'image_generation.completed';
  yield {
    event: completed,
    data: JSON.stringify({ type: completed, model, ...created, usage: usage(isFailed ? 0 : 1) }),
  };
  yield { data: '[DONE]' };
}

function usage(images: number) {
  return { generated_images: images, output_tokens: images * 16_384, total_tokens: images * 16_384 };
}

async function referencesOf(model: string, fields: Fields): Promise<Buffer[]> {
  const items = (fields['image'] ?? []) as readonly string[];
  const most = model.includes('-pro-') ? 10 : 14;
  if (items.length > most) throw refused(400, 'InvalidParameter', `image has more than ${most} items`);
  const found = items.map((item, index) => referenceBytes(item, 'data_uri', `image[${index}]`));
  const bytes = found.filter((item) => item !== undefined);
  for (const [index, picture] of bytes.entries())
    await checkPicture(picture, `image[${index}]`, { formats: ['png', 'jpeg'], maxBytes: 10 * 1024 ** 2 });
  return bytes;
}
