import type { ClientDuplexStream, ClientReadableStream } from '@grpc/grpc-js';
import { throwIfAborted } from '@framesong/errors';
import { errorOfCall, linkCall, type CallOptions } from './client-call.ts';

type Responses = ClientReadableStream<unknown> | ClientDuplexStream<unknown, unknown>;

/**
 * The responses of a call. It starts with the first one that is asked for, so that a call nobody reads is never made, and
 * is cancelled when its reader stops early.
 * @param start is told a function that ends the call for a fault of the requests
 */
export async function* readResponses(
  options: CallOptions,
  start: (fail: (thrown: unknown) => void) => Responses,
): AsyncGenerator {
  throwIfAborted(options.signal);
  let call: Responses | undefined;
  let unlink: (() => void) | undefined;
  let sendFault: unknown;
  let ended = false;
  try {
    call = start((thrown) => {
      sendFault = thrown;
      call?.cancel();
    });
    // Without a listener of its own, an error that comes after the reader has left would end the process.
    call.on('error', () => undefined);
    unlink = linkCall(call, options);
    for await (const message of call) yield message as unknown;
    ended = true;
  } catch (thrown) {
    ended = true;
    throw errorOfCall(sendFault ?? thrown, options.signal);
  } finally {
    if (!ended) call?.cancel();
    unlink?.();
  }
}
