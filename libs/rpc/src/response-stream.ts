import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import { errorOfSignal, throwIfAborted } from '@framesong/errors';

/**
 * Sends one message and waits while the receiver is slower than we are, or else a slow reader would cost the memory of all
 * it has not read. On a cancel neither the write's callback nor `drain` ever comes, so the wait is raced with the signal.
 */
export function sendWithin(
  wire: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
  message: unknown,
  signal: AbortSignal,
): Promise<void> {
  throwIfAborted(signal);
  if (wire.write(message)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const stop = () => {
      wire.off('drain', onDrain);
      signal.removeEventListener('abort', onAbort);
    };
    const onDrain = () => {
      stop();
      resolve();
    };
    const onAbort = () => {
      stop();
      reject(errorOfSignal(signal));
    };
    wire.once('drain', onDrain);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
