import { setTimeout as sleep } from 'node:timers/promises';
import type {
  EmulatedAnswer,
  EmulatedProvider,
  EmulatedRequest,
  EmulatedSocket,
  EmulatorContext,
} from '../emulated-provider.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { checkFields } from '../requests/check-fields.ts';
import { checkPicture } from '../requests/check-picture.ts';
import { jsonFields, type FormFile } from '../requests/read-fields.ts';
import { formFields } from '../requests/read-form.ts';
import { refused } from '../requests/request-refused.ts';
import { readWorkflow, type ReadWorkflow } from './read-workflow.ts';

interface QueuedPrompt {
  readonly id: string;
  readonly workflow: ReadWorkflow;
  readonly picture: Buffer;
  polls: number;
  isCancelled: boolean;
}

const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * ComfyUI on loopback: uploads, the queue, the history and the WebSocket, which knows nothing of clients that come late. Variants:
 * `polls` is how often a prompt is not yet in the history; `end: failed` makes it fail; `restart: true` forgets every prompt.
 */
export function comfyuiEmulator(): EmulatedProvider {
  const sockets = new Map<string, EmulatedSocket>();
  return {
    name: 'comfyui',
    refusal: (_, { code, message }) => ({
      error: { type: code, message, details: '', extra_info: {} },
      node_errors: {},
    }),
    errorInside200: () => ({
      error: { type: 'no_prompt', message: 'No prompt provided', details: '', extra_info: {} },
    }),
    onSocket(socket, { query }) {
      const clientId = query.get('clientId') ?? '';
      sockets.set(clientId, socket);
      socket.onClose(() => sockets.delete(clientId));
      socket.sendText(JSON.stringify({ type: 'status', data: { status: { exec_info: { queue_remaining: 0 } } } }));
    },
    routes(context) {
      const uploads = new Map<string, Buffer>();
      const prompts = new Map<string, QueuedPrompt>();
      return [
        { method: 'POST', path: '/upload/image', purpose: 'upload', handle: (request) => upload(request, uploads) },
        {
          method: 'POST',
          path: '/prompt',
          purpose: 'order',
          handle: (request) => order(request, context, { uploads, prompts, sockets }),
        },
        {
          method: 'GET',
          path: '/history/{id}',
          purpose: 'poll',
          handle: (request) => history(request, context, prompts),
        },
        { method: 'GET', path: '/queue', purpose: 'free', handle: () => queue(prompts) },
        {
          method: 'POST',
          path: '/queue',
          purpose: 'free',
          handle: () => ({ status: 200, body: '' }),
        },
        {
          method: 'POST',
          path: '/interrupt',
          purpose: 'cancel',
          handle({ bytes, headers }) {
            const prompt = prompts.get(String(jsonFields(bytes, headers)['prompt_id']));
            if (prompt) prompt.isCancelled = true;
            return { status: 200, body: '' };
          },
        },
        { method: 'GET', path: '/view', purpose: 'result', handle: (request) => view(request, prompts) },
        {
          method: 'GET',
          path: '/system_stats',
          purpose: 'free',
          handle: () => ({ status: 200, json: { system: { comfyui_version: '0.3.60' }, devices: [] } }),
        },
      ];
    },
  };
}

async function upload({ bytes, headers }: EmulatedRequest, uploads: Map<string, Buffer>): Promise<EmulatedAnswer> {
  const { image, ...fields } = formFields(bytes, headers);
  checkFields(fields, { type: { type: 'string', oneOf: ['input', 'temp', 'output'] }, subfolder: { type: 'string' }, overwrite: { type: 'string' } }); // prettier-ignore
  const [file] = (image ?? []) as readonly FormFile[];
  if (!file) throw refused(400, 'no_image', 'image has to be a file');
  await checkPicture(file.bytes, 'image', { formats: ['png', 'jpeg', 'webp'] });
  uploads.set(file.name, file.bytes);
  return { status: 200, json: { name: file.name, subfolder: '', type: 'input' } };
}

async function order(
  { bytes, headers, path }: EmulatedRequest,
  context: EmulatorContext,
  {
    uploads,
    prompts,
    sockets,
  }: {
    readonly uploads: ReadonlyMap<string, Buffer>;
    readonly prompts: Map<string, QueuedPrompt>;
    readonly sockets: ReadonlyMap<string, EmulatedSocket>;
  },
): Promise<EmulatedAnswer> {
  const fields = jsonFields(bytes, headers);
  checkFields(fields, { prompt: { type: 'object', required: true }, client_id: { type: 'string' }, prompt_id: { type: 'string' }, extra_data: { type: 'object' } }); // prettier-ignore
  const id = String(fields['prompt_id']);
  if (!CANONICAL_UUID.test(id)) throw refused(400, 'invalid_prompt_id', 'prompt_id must be a canonical UUID');
  const workflow = readWorkflow(fields['prompt']);
  const references = workflow.images.map((name) => {
    const file = uploads.get(name);
    if (!file) throw refused(400, 'prompt_outputs_failed_validation', `Invalid image file: ${name}`);
    return file;
  });
  const { prompt, seed, widthPx, heightPx } = workflow;
  context.paid.accept({ path, body: bytes, images: 1, prompt, references, orderId: id, seed });
  await sleep(context.latencyMs);
  const key = JSON.stringify(fields['prompt']);
  const picture = await drawPicture({ widthPx, heightPx, title: `comfyui ${references.length} refs`, key });
  if (context.variants['restart'] !== 'true') prompts.set(id, { id, workflow, picture, polls: 0, isCancelled: false });
  const small = await drawPicture({ widthPx: 64, heightPx: 36, title: '', key });
  tellProgress(sockets.get(String(fields['client_id'])), id, small);
  return { status: 200, json: { prompt_id: id, number: prompts.size, node_errors: {} } };
}

function tellProgress(socket: EmulatedSocket | undefined, promptId: string, preview: Buffer): void {
  const tell = (type: string, data: object): void =>
    socket?.sendText(JSON.stringify({ type, data: { ...data, prompt_id: promptId } }));
  tell('execution_start', {});
  for (const value of [5, 10, 15]) tell('progress', { value, max: 20, node: 'sampler' });
  const header = Buffer.alloc(8);
  header.writeUInt32BE(1, 0);
  header.writeUInt32BE(2, 4);
  socket?.sendBytes(Buffer.concat([header, preview]));
  tell('executing', { node: null });
}

function history(
  { params, quirk }: EmulatedRequest,
  { variants }: EmulatorContext,
  prompts: ReadonlyMap<string, QueuedPrompt>,
): EmulatedAnswer {
  const id = params['id'] ?? '';
  const prompt = prompts.get(id);
  if (!prompt) return { status: 200, json: {} };
  prompt.polls += 1;
  const isUnderWay = quirk === 'stuck_status' || prompt.polls <= Number(variants['polls'] ?? 2);
  if (isUnderWay && !prompt.isCancelled) return { status: 200, json: {} };
  const isFailed = variants['end'] === 'failed' || prompt.isCancelled;
  const messages = isFailed
    ? [['execution_error', { node_type: 'KSampler', exception_message: 'CUDA out of memory' }]]
    : [['execution_success', {}]];
  const images = [{ filename: `${id}.png`, subfolder: '', type: 'output' }];
  const outputs = isFailed ? {} : { [prompt.workflow.outputNode]: { images } };
  const status = { status_str: isFailed ? 'error' : 'success', completed: !isFailed, messages };
  return { status: 200, json: { [id]: { prompt: [], outputs, status, meta: {} } } };
}

function queue(prompts: ReadonlyMap<string, QueuedPrompt>): EmulatedAnswer {
  const open = [...prompts.values()].filter(({ isCancelled }) => !isCancelled);
  return {
    status: 200,
    json: { queue_running: open.map(({ id }, number) => [number, id, {}, {}, []]), queue_pending: [] },
  };
}

function view({ query }: EmulatedRequest, prompts: ReadonlyMap<string, QueuedPrompt>): EmulatedAnswer {
  const id = (query.get('filename') ?? '').replace(/\.png$/, '');
  const prompt = prompts.get(id);
  if (!prompt || query.get('type') !== 'output') return { status: 404, body: '' };
  return { status: 200, headers: { 'content-type': 'image/png' }, body: prompt.picture };
}
