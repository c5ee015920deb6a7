import type { ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import { deadlineExceeded, errorOfSignal, throwIfAborted } from '@framesong/errors';
import type { CallContext } from './call-context.ts';
import { checkedRequest } from './checked-message.ts';

const FIRST_MESSAGE_MS = 5_000;
const IDLE_MS = 15_000;

/**
 * The messages of an upload. Ends when the caller half-closes.
 *
 * Trap: to grpc-js a cancelled upload looks complete (the iteration ends normally, and before the cancel is told), so the
 * signal is looked at once more before the end is believed; and uploads carry a commit all the same.
 * @throws FramesongError DEADLINE_EXCEEDED when the first message takes over 5 s or a later one over 15 s; what the signal
 *   stands for when it fires
 */
export async function* readRequests(
  wire: ServerReadableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
  call: CallContext,
): AsyncGenerator {
  const iterator: AsyncIterator<unknown> = wire[Symbol.asyncIterator]();
  let limitMs = FIRST_MESSAGE_MS;
  for (;;) {
    const next = await within(iterator.next(), limitMs, call.signal);
    if (next.done) {
      await new Promise((resolve) => setImmediate(resolve));
      throwIfAborted(call.signal);
      return;
    }
    yield checkedRequest(next.value);
    limitMs = IDLE_MS;
  }
}

/** `work`, unless the limit or the signal comes first. */
function within<T>(work: Promise<T>, limitMs: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(errorOfSignal(signal));
    const timer = setTimeout(() => {
      reject(deadlineExceeded(`the next message of the upload did not come within ${limitMs / 1000} s; start again`));
    }, limitMs);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    work
      .then(resolve, (thrown: unknown) => reject(signal.aborted ? errorOfSignal(signal) : (thrown as Error)))
      .finally(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      });
  });
}
