import { InterceptingCall, status as grpcStatus, type Interceptor } from '@grpc/grpc-js';
import { ERROR_CODES, errorCodeOf, errorOfSignal } from '@framesong/errors';
import { currentContext } from './call-context.ts';
import { startClientSpan } from './rpc-span.ts';

/**
 * What every outgoing call passes: a span, the smaller of its own and the surrounding deadline, and the surrounding signal.
 * The link to the signal is removed when the call is done, or a long job would gather a listener per call.
 */
export function createClientInterceptor(address: string): Interceptor {
  const separator = address.lastIndexOf(':');
  const attributes = {
    'server.address': address.slice(0, separator),
    'server.port': Number(address.slice(separator + 1)),
  };
  return (options, nextCall) => {
    const surrounding = currentContext();
    const signal = surrounding?.signal;
    const deadline = Math.min(epochMs(options.deadline), surrounding?.deadlineEpochMs ?? Infinity);
    const inner = nextCall(Number.isFinite(deadline) ? { ...options, deadline } : options);
    const cancel = () => {
      // The one code that all hops record: what ended the surrounding work.
      const error = errorOfSignal(signal!);
      inner.cancelWithStatus(ERROR_CODES[error.code], error.message);
    };
    return new InterceptingCall(inner, {
      start(metadata, _, next) {
        const span = startClientSpan(options.method_definition.path, metadata, attributes);
        if (signal?.aborted) queueMicrotask(cancel);
        else signal?.addEventListener('abort', cancel, { once: true });
        next(metadata, {
          onReceiveStatus(received, nextStatus) {
            signal?.removeEventListener('abort', cancel);
            const status = { ...received, ...endOfSurrounding(received.code, signal) };
            span.end(status.code === grpcStatus.OK ? 'OK' : errorCodeOf(status.code), status.details);
            nextStatus(status);
          },
        });
      },
    });
  };
}

/** Once the surrounding work has ended, that decides the status: the server may see a cancel where we see a deadline. */
function endOfSurrounding(code: number, signal: AbortSignal | undefined) {
  if (!signal?.aborted || code === grpcStatus.OK) return undefined;
  const error = errorOfSignal(signal);
  return { code: ERROR_CODES[error.code], details: error.message };
}

function epochMs(deadline: Date | number | undefined): number {
  if (deadline === undefined) return Infinity;
  return deadline instanceof Date ? deadline.getTime() : deadline;
}
