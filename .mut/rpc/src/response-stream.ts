import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import { errorOfSignal, throwIfAborted } from '@framesong/errors';

/**
 * Sends one message and waits until it has left, or else a slow reader would cost the memory of all it has not read. On a
 * cancel the write's callback never comes, so the wait is raced with the signal.
 */
export function sendWithin(
  wire: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
  message: Buffer,
  signal: AbortSignal,
): Promise<void> {
  throwIfAborted(signal);
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(errorOfSignal(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    wire.write(message, () => {
      signal.removeEventListener('abort', onAbort);
      });
    resolve();
  });
}
