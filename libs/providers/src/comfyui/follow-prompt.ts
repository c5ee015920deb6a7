import { numberOf, objectOf, textOf } from '../http/json-fields.ts';
import type { OrderContext } from '../image/image-adapter.ts';

const PREVIEW = 1;
const HEADER_BYTES = 8;

/** Which prompt, and how long the socket may take to open. */
interface FollowedPrompt {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly promptId: string;
  readonly openSocketMs: number;
}

/** Told on the way: what the server says of the prompt, until it is closed. */
export interface Following {
  /** Resolves once the server has taken the socket, or cannot be followed, or takes too long, or nobody waits any more. */
  readonly ready: Promise<void>;
  close(): void;
}

/**
 * Listens to the server's WebSocket for progress and previews. It is never relied on: what is said before it is open, or after it
 * broke, is lost, and the end is seen in the history.
 */
export function followPrompt(
  { baseUrl, clientId, promptId, openSocketMs }: FollowedPrompt,
  context: Pick<OrderContext, 'signal' | 'onProgress' | 'onPreview'>,
): Following {
  const url = new URL(`${baseUrl}/ws`);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('clientId', clientId);
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', (event) => {
    const data: unknown = event.data;
    if (typeof data === 'string') {
      const told = progressIn(data, promptId);
      if (told === undefined) return;
      context.onProgress(told);
    } else if (data instanceof ArrayBuffer) {
      const picture = previewIn(Buffer.from(data));
      // A preview that cannot be kept is no reason to lose the picture.
      if (picture) context.onPreview(picture).catch(() => undefined);
    }
  });
  const given = AbortSignal.any([context.signal, AbortSignal.timeout(openSocketMs)]);
  const ready = new Promise<void>((resolve) => {
    if (given.aborted) resolve();
    given.addEventListener('abort', () => resolve(), { once: true });
    for (const event of ['open', 'error', 'close'] as const) socket.addEventListener(event, () => resolve());
  });
  return { ready, close: () => socket.close() };
}

function progressIn(text: string, promptId: string): { readonly share: number; readonly step: string } | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  const data = objectOf(objectOf(message)?.['data']);
  if (textOf(objectOf(message)?.['type']) !== 'progress' || textOf(data?.['prompt_id']) !== promptId) return undefined;
  const [value, max] = [numberOf(data?.['value']), numberOf(data?.['max'])];
  if (value === undefined || max === undefined || max <= 0) return undefined;
  return { share: Math.min(1, Math.max(0, value / max)), step: textOf(data?.['node']) ?? 'sampling' };
}

/** The picture in a binary message: two numbers of 32 bits, the kind of message and that of the picture, then its bytes. */
function previewIn(bytes: Buffer): Buffer | undefined {
  if (bytes.length <= HEADER_BYTES || bytes.readUInt32BE(0) !== PREVIEW) return undefined;
  return bytes.subarray(HEADER_BYTES);
}
