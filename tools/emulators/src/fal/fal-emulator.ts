import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatedAnswer, EmulatedProvider, EmulatedRequest, EmulatorContext } from '../emulated-provider.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { servePicture } from '../pictures/serve-picture.ts';
import { checkFields } from '../requests/check-fields.ts';
import { checkKey } from '../requests/check-key.ts';
import { checkPicture, referenceBytes } from '../requests/check-picture.ts';
import { jsonFields, type Fields } from '../requests/read-fields.ts';
import { refused } from '../requests/request-refused.ts';
import { INPUT_FIELDS } from './input-fields.ts';
import { sizeOfInput } from './size-of-input.ts';

interface QueuedRequest {
  readonly file: string;
  readonly size: { readonly widthPx: number; readonly heightPx: number };
  polls: number;
  isCancelled: boolean;
}

/** The queue keeps requests under owner and app, without what stands below. */
const APPS = ['fal-ai/nano-banana-pro', 'fal-ai/nano-banana', 'fal-ai/bytedance'];

/**
 * The queue of fal on loopback. Variants: `end: moderated` makes the result a refusal of the model; `polls` is how often a
 * request says that it is not done.
 */
export const falEmulator: EmulatedProvider = {
  name: 'fal',
  refusal: (status, { code, message }) =>
    status === 422 || status === 400 ? { detail: [{ loc: ['body'], msg: message, type: code }] } : { detail: message },
  errorInside200: () => ({ detail: 'Application is starting' }),
  routes(context) {
    const pictures = new Map<string, Buffer>();
    const requests = new Map<string, QueuedRequest>();
    const find = ({ params, headers }: EmulatedRequest): QueuedRequest => {
      checkKey(headers, context.key, 'Key');
      const found = requests.get(params['id'] ?? '');
      if (!found) throw refused(404, 'NOT_FOUND', 'Request not found');
      return found;
    };
    const orders = Object.keys(INPUT_FIELDS).map((path) => ({
      method: 'POST',
      path: `/${path}`,
      purpose: 'order' as const,
      handle: (request: EmulatedRequest) => order(request, context, pictures, requests),
    }));
    const ofApp = APPS.flatMap((app) => [
      {
        method: 'GET',
        path: `/${app}/requests/{id}/status`,
        purpose: 'poll' as const,
        handle(request: EmulatedRequest) {
          const found = find(request);
          found.polls += 1;
          return { status: 200, json: statusBody(request, found, context) };
        },
      },
      {
        method: 'PUT',
        path: `/${app}/requests/{id}/cancel`,
        purpose: 'cancel' as const,
        handle(request: EmulatedRequest) {
          const found = find(request);
          found.isCancelled = true;
          return { status: 202, json: { status: 'CANCELLATION_REQUESTED' } };
        },
      },
      {
        method: 'GET',
        path: `/${app}/requests/{id}`,
        purpose: 'free' as const,
        handle: (request: EmulatedRequest) => result(request, find(request), context),
      },
    ]);
    return [
      ...orders,
      ...ofApp,
      { method: 'GET', path: '/files/{id}', purpose: 'result', handle: (request) => servePicture(request, pictures) },
    ];
  },
};

async function order(
  { headers, bytes, path, origin }: EmulatedRequest,
  context: EmulatorContext,
  pictures: Map<string, Buffer>,
  requests: Map<string, QueuedRequest>,
): Promise<EmulatedAnswer> {
  checkKey(headers, context.key, 'Key');
  const fields = jsonFields(bytes, headers);
  checkFields(fields, INPUT_FIELDS[path.slice(1)]!, 'value_error');
  const references = await referencesOf(fields);
  const id = randomUUID();
  const seed = fields['seed'];
  const sized = sizeOfInput(fields);
  context.paid.accept({
    path,
    body: bytes,
    images: 1,
    prompt: String(fields['prompt']),
    references,
    orderId: id,
    ...(typeof seed === 'number' && { seed }),
  });
  await sleep(context.latencyMs);
  const file = `${id}.png`;
  const title = `${path} ${references.length} refs`;
  pictures.set(file, await drawPicture({ ...sized, title, key: JSON.stringify(fields) }));
  requests.set(id, { file, size: sized, polls: 0, isCancelled: false });
  const app = APPS.find((name) => path.startsWith(`/${name}`) && !path.startsWith(`/${name}-`))!;
  const place = `${origin}/${app}/requests/${id}`;
  const urls = { response_url: place, status_url: `${place}/status`, cancel_url: `${place}/cancel` };
  return { status: 200, json: { status: 'IN_QUEUE', request_id: id, ...urls, queue_position: 0 } };
}

function statusBody({ quirk }: EmulatedRequest, found: QueuedRequest, { variants }: EmulatorContext): unknown {
  const needed = Number(variants['polls'] ?? 2);
  if (quirk === 'stuck_status') return { status: 'IN_PROGRESS', logs: null };
  if (found.polls > needed || found.isCancelled)
    return { status: 'COMPLETED', logs: null, metrics: { inference_time: 2.5 } };
  const isQueued = found.polls <= 1 !== (quirk === 'status_backwards');
  return isQueued ? { status: 'IN_QUEUE', queue_position: 1 } : { status: 'IN_PROGRESS', logs: null };
}

function result(
  { origin }: EmulatedRequest,
  { file, size, isCancelled }: QueuedRequest,
  { variants }: EmulatorContext,
) {
  if (isCancelled) throw refused(499, 'request_cancelled', 'Request was cancelled');
  if (variants['end'] === 'moderated')
    throw refused(422, 'content_policy_violation', 'The content could not be processed');
  const { widthPx: width, heightPx: height } = size;
  const image = { url: `${origin}/files/${file}`, content_type: 'image/png', file_name: file, width, height };
  return { status: 200, json: { images: [image], description: '' } };
}

async function referencesOf(fields: Fields): Promise<Buffer[]> {
  const items = (fields['image_urls'] ?? []) as readonly string[];
  const found = items.map((item, index) => referenceBytes(item, 'data_uri', `image_urls.${index}`));
  const bytes = found.filter((item) => item !== undefined);
  for (const [index, picture] of bytes.entries())
    await checkPicture(picture, `image_urls.${index}`, { formats: ['png', 'jpeg', 'webp'] });
  return bytes;
}
