import type { ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import { deadlineExceeded, errorOfSignal } from '@framesong/errors';
import type { CallContext } from './call-context.ts';
import { checkedRequest } from './checked-request.ts';

const FIRST_MESSAGE_MS = 5_000;
const IDLE_MS = 15_000;

/**
 * The messages of an upload. Ends when the caller half-closes.
 *
 * Trap: a cancelled upload looks complete to grpc-js (`for await` ends normally), so the signal is looked at before the end
 * is believed; and uploads carry a commit all the same.
 * @throws FramesongError DEADLINE_EXCEEDED when the first message takes over 5 s or a later one over 15 s; what the signal
 *   stands for when it fires
 */
export async function* readRequests(
  wire: ServerReadableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
  call: CallContext,
): AsyncGenerator<unknown> {
  const iterator = wire[Symbol.asyncIterator]() as AsyncIterator<unknown>;
  let limitMs = FIRST_MESSAGE_MS;
  for (;;) {
    const { done, value } = await within(iterator.next(), limitMs, call.signal);
    if (call.signal.aborted) throw errorOfSignal(call.signal);
    if (done) return;
    yield checkedRequest(value);
    limitMs = IDLE_MS;
  }
}

async function within<T>(promise: Promise<T>, limitMs: number, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    const onAbort = () => reject(errorOfSignal(signal));
    const timer = setTimeout(() => {
      reject(deadlineExceeded(`the next message of the upload did not come within ${limitMs / 1000} s; start again`));
    }, limitMs);
    signal.addEventListener('abort', onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    stop();
  }
}
