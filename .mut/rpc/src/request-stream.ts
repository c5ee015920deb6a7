import { deadlineExceeded, errorOfSignal, throwIfAborted } from '@framesong/errors';
import { checkedRequest } from './checked-message.ts';

/** How long the next message of an upload may take. */
export interface IdleLimits {
  readonly firstMs: number;
  readonly laterMs: number;
}

const IDLE_LIMITS: IdleLimits = { firstMs: 5_000, laterMs: 15_000 };

/**
 * The messages of an upload. Ends when the caller half-closes.
 *
 * Trap: to grpc-js a cancelled upload looks complete (the iteration ends normally, and before the cancel is told), so the
 * signal is looked at once more before the end is believed; and uploads carry a commit all the same.
 * @throws FramesongError DEADLINE_EXCEEDED when the first message takes over 5 s or a later one over 15 s; what the signal
 *   stands for when it fires
 */
export async function* readRequests(
  wire: AsyncIterable<unknown>,
  { signal }: { readonly signal: AbortSignal },
  limits = IDLE_LIMITS,
): AsyncGenerator {
  const iterator = wire[Symbol.asyncIterator]();
  let limitMs = limits.firstMs;
  for (;;) {
    const next = await within(iterator.next(), limitMs, signal);
    if (next.done) {
      await new Promise((resolve) => setImmediate(resolve));
      throwIfAborted(signal);
      return;
    }
    yield checkedRequest(next.value);
    limitMs = limits.laterMs;
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
