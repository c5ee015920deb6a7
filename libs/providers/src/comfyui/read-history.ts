import { FramesongError } from '@framesong/errors';
import { listOf, objectOf, textOf } from '../http/json-fields.ts';
import { shortened, type ProviderWords } from '../http/refusals.ts';

/** Where a picture is on the server. */
export interface StoredPicture {
  readonly filename: string;
  readonly subfolder: string;
  readonly type: string;
}

/**
 * The pictures of a finished prompt; undefined while it has not ended.
 * @throws FramesongError UNAVAILABLE `PROVIDER_TASK_FAILED` for one that failed or was interrupted. A server of one's own charges
 * nothing.
 */
export function picturesInHistory(body: unknown, promptId: string): StoredPicture[] | undefined {
  const entry = objectOf(objectOf(body)?.[promptId]);
  if (!entry) return undefined;
  const status = objectOf(entry['status']);
  if (textOf(status?.['status_str']) === 'error') throw failed(promptId, listOf(status?.['messages']));
  return Object.values(objectOf(entry['outputs']) ?? {}).flatMap((output) =>
    listOf(objectOf(output)?.['images']).flatMap((image) => pictureOf(image)),
  );
}

function pictureOf(image: unknown): StoredPicture[] {
  const fields = objectOf(image);
  const filename = textOf(fields?.['filename']);
  const type = textOf(fields?.['type']) ?? '';
  // Previews inside a workflow are of type `temp`.
  return filename === undefined || type !== 'output'
    ? []
    : [{ filename, subfolder: textOf(fields?.['subfolder']) ?? '', type }];
}

function failed(promptId: string, messages: readonly unknown[]): FramesongError {
  const error = messages.map((message) => listOf(message)).find(([name]) => name === 'execution_error');
  const told = objectOf(error?.[1]);
  const node = textOf(told?.['node_type']);
  const words = textOf(told?.['exception_message']);
  const said = words === undefined ? 'it was interrupted' : `"${shortened(words)}"`;
  return new FramesongError(`comfyui could not make the picture: ${said}${node === undefined ? '' : ` in ${node}`}`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_TASK_FAILED',
    outcome: 'rejected',
    metadata: {
      provider: 'comfyui',
      taskId: promptId,
      ...(node !== undefined && { node }),
      ...(words !== undefined && { providerMessage: shortened(words) }),
    },
  });
}

/** The words of `{error: {type, message}, node_errors}`. */
export function wordsIn(body: unknown): ProviderWords | undefined {
  const fields = objectOf(body);
  const error = objectOf(fields?.['error']);
  if (!error) return undefined;
  const code = textOf(error['type']);
  const nodes = Object.values(objectOf(fields?.['node_errors']) ?? {}).flatMap((node) => {
    const [first] = listOf(objectOf(node)?.['errors']);
    const details = textOf(objectOf(first)?.['details']) ?? textOf(objectOf(first)?.['message']);
    return details === undefined ? [] : [`${textOf(objectOf(node)?.['class_type']) ?? 'node'}: ${details}`];
  });
  const message = [textOf(error['message']) ?? '', ...nodes].join('; ');
  return { ...(code !== undefined && { code }), message };
}

/** Whether a prompt waits or runs. */
export function isQueued(body: unknown, promptId: string): boolean {
  const fields = objectOf(body);
  const entries = [...listOf(fields?.['queue_running']), ...listOf(fields?.['queue_pending'])];
  return entries.some((entry) => listOf(entry)[1] === promptId);
}
