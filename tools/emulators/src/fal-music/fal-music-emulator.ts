import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatedAnswer, EmulatedProvider, EmulatedRequest, EmulatorContext } from '../emulated-provider.ts';
import { falEmulator } from '../fal/fal-emulator.ts';
import { servePicture } from '../pictures/serve-picture.ts';
import { checkFields } from '../requests/check-fields.ts';
import { checkKey } from '../requests/check-key.ts';
import { jsonFields } from '../requests/read-fields.ts';
import { refused } from '../requests/request-refused.ts';
import { emulatedSound } from '../sounds/emulated-sound.ts';
import { INPUT_FIELDS } from './input-fields.ts';

interface QueuedRequest {
  readonly file: string;
  polls: number;
  isCancelled: boolean;
}

interface Shelf {
  readonly requests: Map<string, QueuedRequest>;
  readonly sounds: Map<string, Buffer>;
}

const SECONDS_PER_SECTION = 4;
/** The queue keeps requests under owner and app, without what stands below. */
const APPS = ['fal-ai/minimax-music', 'fal-ai/ace-step'];

/**
 * Models for music in the queue of fal, on loopback. Variants: `end: moderated` makes the result a refusal of the model; `polls`
 * is how often a request says that it is not done; `result` is the name of the field that holds the sound.
 */
export const falMusicEmulator: EmulatedProvider = {
  name: 'fal-music',
  refusal: (status, words) => falEmulator.refusal(status, words),
  errorInside200: () => falEmulator.errorInside200(),
  routes(context) {
    const shelf: Shelf = { requests: new Map(), sounds: new Map() };
    const find = ({ params, headers }: EmulatedRequest): QueuedRequest => {
      checkKey(headers, context.key, 'Key');
      const found = shelf.requests.get(params['id'] ?? '');
      if (!found) throw refused(404, 'NOT_FOUND', 'Request not found');
      return found;
    };
    const orders = Object.keys(INPUT_FIELDS).map((name) => ({
      method: 'POST',
      path: `/${name}`,
      purpose: 'order' as const,
      handle: (request: EmulatedRequest) => order(request, context, shelf),
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
          find(request).isCancelled = true;
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
      {
        method: 'GET',
        path: '/files/{id}',
        purpose: 'result',
        handle: (request) => servePicture(request, shelf.sounds, 'audio/wav'),
      },
    ];
  },
};

async function order(
  { headers, bytes, path, origin }: EmulatedRequest,
  { key, paid, latencyMs }: EmulatorContext,
  { requests, sounds }: Shelf,
): Promise<EmulatedAnswer> {
  checkKey(headers, key, 'Key');
  const fields = jsonFields(bytes, headers);
  checkFields(fields, INPUT_FIELDS[path.slice(1)]!, 'value_error');
  const id = randomUUID();
  const prompt = String(fields['prompt'] ?? fields['tags']);
  paid.accept({ path, body: bytes, images: 1, prompt, references: [], orderId: id });
  await sleep(latencyMs);
  const lyrics = ['lyrics', 'lyrics_prompt'].map((name) => fields[name]).find((text) => typeof text === 'string') ?? '';
  const seconds = Number(fields['duration'] ?? lyrics.split('\n\n').length * SECONDS_PER_SECTION);
  const file = `${id}.wav`;
  sounds.set(file, emulatedSound({ seconds, bpm: 120, key: lyrics, format: 'wav' }).body);
  requests.set(id, { file, polls: 0, isCancelled: false });
  const app = APPS.find((name) => path === `/${name}` || path.startsWith(`/${name}/`))!;
  const place = `${origin}/${app}/requests/${id}`;
  const urls = { response_url: place, status_url: `${place}/status`, cancel_url: `${place}/cancel` };
  return { status: 200, json: { status: 'IN_QUEUE', request_id: id, ...urls, queue_position: 0 } };
}

function statusBody({ quirk }: EmulatedRequest, found: QueuedRequest, { variants }: EmulatorContext): unknown {
  const needed = Number(variants['polls'] ?? 2);
  if (quirk === 'stuck_status') return { status: 'IN_PROGRESS', logs: null };
  if (found.polls > needed || found.isCancelled)
    return { status: 'COMPLETED', logs: null, metrics: { inference_time: 62.5 } };
  const isQueued = found.polls <= 1 !== (quirk === 'status_backwards');
  return isQueued ? { status: 'IN_QUEUE', queue_position: 1 } : { status: 'IN_PROGRESS', logs: null };
}

function result({ origin }: EmulatedRequest, { file, isCancelled }: QueuedRequest, { variants }: EmulatorContext) {
  if (isCancelled) throw refused(499, 'request_cancelled', 'Request was cancelled');
  if (variants['end'] === 'moderated')
    throw refused(422, 'content_policy_violation', 'The content could not be processed');
  const sound = { url: `${origin}/files/${file}`, content_type: 'audio/wav', file_name: file };
  return { status: 200, json: { [variants['result'] ?? 'audio']: sound } };
}
