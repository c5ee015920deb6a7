import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatedAnswer, EmulatedProvider, EmulatedRequest, EmulatorContext } from '../emulated-provider.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { checkFields } from '../requests/check-fields.ts';
import { checkKey } from '../requests/check-key.ts';
import { checkPicture } from '../requests/check-picture.ts';
import { jsonFields, type Fields, type FormFile } from '../requests/read-fields.ts';
import { formFields } from '../requests/read-form.ts';
import { refused } from '../requests/request-refused.ts';
import { EDIT_FIELDS, GENERATION_FIELDS } from './form-rules.ts';
import { outputSize } from './output-size.ts';

const MODERATED = 'moderation_blocked';

/**
 * The Images API of OpenAI on loopback. Variants: `answer: whole` ignores `stream`, as some gateways do; `error_event` sends an
 * error as the first event of a stream; `error_event: late` sends it after the partial pictures, and `error_event: server`
 * tells first that the server failed. `end: held` sends the partial pictures and then nothing, for ever.
 */
export const openaiEmulator: EmulatedProvider = {
  name: 'openai',
  refusal: (status, { code, message }) => ({
    error: { message, type: typeOf(status, code), param: null, code },
  }),
  errorInside200: () => ({
    error: {
      message: 'Your request was rejected by the safety system.',
      type: 'image_generation_user_error',
      param: null,
      code: MODERATED,
    },
  }),
  routes: (context) => [
    { method: 'POST', path: '/v1/images/generations', purpose: 'order', handle: (request) => order(request, context) },
    { method: 'POST', path: '/v1/images/edits', purpose: 'order', handle: (request) => order(request, context) },
    {
      method: 'GET',
      path: '/v1/models',
      purpose: 'free',
      handle: ({ headers }) => {
        checkKey(headers, context.key);
        return { status: 200, json: { object: 'list', data: [{ id: 'gpt-image-2', object: 'model' }] } };
      },
    },
  ],
};

function typeOf(status: number, code: string): string {
  if (code === MODERATED) return 'image_generation_user_error';
  if (status === 429) return code === 'insufficient_quota' ? 'insufficient_quota' : 'requests';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

async function order(request: EmulatedRequest, context: EmulatorContext): Promise<EmulatedAnswer> {
  checkKey(request.headers, context.key);
  const { fields, files } = fieldsOf(request);
  for (const [index, { bytes }] of files.entries())
    await checkPicture(bytes, `image[${index}]`, { formats: ['png', 'jpeg', 'webp'], maxBytes: 50 * 1024 ** 2 });
  const size = outputSize(String(fields['model']), fields['size'] as string | undefined);
  const images = Number(fields['n'] ?? 1);
  context.paid.accept({
    path: request.path,
    body: request.bytes,
    images,
    prompt: String(fields['prompt']),
    references: files.map(({ bytes }) => bytes),
  });
  await sleep(context.latencyMs);
  const key = JSON.stringify([fields, files.length]);
  const title = `${String(fields['model'])} ${files.length} refs`;
  const format = (fields['output_format'] ?? 'png') as 'png' | 'jpeg' | 'webp';
  const picture = (await drawPicture({ ...size, title, key, format })).toString('base64');
  const facts = { created: 1_757_321_139, background: 'opaque', output_format: format, quality: 'high' };
  const common = { ...facts, size: `${size.widthPx}x${size.heightPx}` };
  const isStreamed =
    (fields['stream'] === true || fields['stream'] === 'true') && context.variants['answer'] !== 'whole';
  if (!isStreamed) {
    const data = Array.from({ length: images }, () => ({ b64_json: picture }));
    return { status: 200, json: { ...common, data, usage: USAGE } };
  }
  const partial = (await drawPicture({ ...size, title: 'partial', key, format })).toString('base64');
  const kind = files.length > 0 ? 'image_edit' : 'image_generation';
  const partials = Number(fields['partial_images'] ?? 0);
  return { status: 200, events: events({ kind, partial, partials, picture, common, context }) };
}

const USAGE = {
  input_tokens: 50,
  input_tokens_details: { image_tokens: 40, text_tokens: 10 },
  output_tokens: 1568,
  total_tokens: 1618,
};

interface Told {
  readonly kind: string;
  readonly partial: string;
  readonly partials: number;
  readonly picture: string;
  readonly common: object;
  readonly context: EmulatorContext;
}

async function* events({ kind, partial, partials, picture, common, context }: Told) {
  const errorAt = context.variants['error_event'];
  const error = {
    event: 'error',
    data: JSON.stringify({ type: 'error', ...(openaiEmulator.errorInside200() as object) }),
  };
  if (errorAt === 'server') {
    const failed = { message: 'The server had an error.', type: 'server_error', param: null, code: null };
    yield { event: 'error', data: JSON.stringify({ type: 'error', error: failed }) };
    return;
  }
  if (errorAt === 'true') {
    yield error;
    return;
  }
  for (let index = 0; index < partials; index++) {
    const type = `${kind}.partial_image`;
    yield { event: type, data: JSON.stringify({ type, b64_json: partial, partial_image_index: index, ...common }) };
  }
  if (errorAt === 'late') {
    yield error;
    return;
  }
  if (context.variants['end'] === 'held') await new Promise<never>(() => undefined);
  const type = `${kind}.completed`;
  yield { event: type, data: JSON.stringify({ type, b64_json: picture, ...common, usage: USAGE }) };
}

function fieldsOf({ path, bytes, headers }: EmulatedRequest): { fields: Fields; files: readonly FormFile[] } {
  if (!path.endsWith('/edits')) {
    const fields = jsonFields(bytes, headers);
    checkFields(fields, GENERATION_FIELDS, 'unknown_parameter');
    return { fields, files: [] };
  }
  const { 'image[]': several, image, ...rest } = formFields(bytes, headers);
  if (several !== undefined && image !== undefined)
    throw refused(400, 'duplicate_parameter', 'give image or image[], not both');
  const files = (several ?? image ?? []) as readonly FormFile[];
  if (several === undefined && files.length > 1)
    throw refused(400, 'duplicate_parameter', "Duplicate parameter: 'image'. Use the array syntax 'image[]' instead.");
  checkFields({ ...rest, ...(files.length > 0 && { image: files }) }, EDIT_FIELDS, 'unknown_parameter');
  return { fields: rest, files };
}
