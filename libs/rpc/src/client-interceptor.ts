import { InterceptingCall, status as grpcStatus, type Interceptor, type StatusObject } from '@grpc/grpc-js';
import { errorCodeOf, errorOfSignal } from '@framesong/errors';
import { CALLER_DEADLINE_METADATA } from './caller-deadline.ts';
import { currentContext } from './call-context.ts';
import { errorOfClientStatus } from './foreign-status.ts';
import { startClientSpan } from './rpc-span.ts';
import { hasDetails, spanTextOf, statusObjectOf } from './status.ts';

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
    const { path } = options.method_definition;
    const surrounding = currentContext();
    const signal = surrounding?.signal;
    const deadline = Math.min(epochMs(options.deadline), surrounding?.deadlineEpochMs ?? Infinity);
    const inner = nextCall(Number.isFinite(deadline) ? { ...options, deadline } : options);
    let cancelledHere = false;
    const cancelWithSurrounding = () => {
      cancelledHere = true;
      // The one code that all hops record: what ended the surrounding work.
      const error = errorOfSignal(signal!);
      inner.cancelWithStatus(grpcStatus[error.code], error.message);
    };
    return new InterceptingCall(inner, {
      start(metadata, _, next) {
        const span = startClientSpan(path, metadata, attributes);
        if (Number.isFinite(deadline)) metadata.set(CALLER_DEADLINE_METADATA, String(Math.round(deadline)));
        if (signal?.aborted) queueMicrotask(cancelWithSurrounding);
        else signal?.addEventListener('abort', cancelWithSurrounding, { once: true });
        next(metadata, {
          onReceiveStatus(received, nextStatus) {
            signal?.removeEventListener('abort', cancelWithSurrounding);
            const status = finalStatus(received, signal, { path, address, cancelledHere });
            span.end(isOk(status) ? 'OK' : errorCodeOf(status.code), isOk(status) ? '' : spanTextOf(status));
            nextStatus(status);
          },
        });
      },
      cancel(next) {
        cancelledHere = true;
        next();
      },
    });
  };
}

/**
 * Once the surrounding work has ended, that decides the status: the server may see a cancel where we see a deadline. What
 * grpc-js says by itself is told in the terms of the contract. All else stays as the server said it.
 */
function finalStatus(
  received: StatusObject,
  signal: AbortSignal | undefined,
  call: { path: string; address: string; cancelledHere: boolean },
): StatusObject {
  if (isOk(received)) return received;
  if (signal?.aborted) return statusObjectOf(errorOfSignal(signal), received.metadata);
  if (hasDetails(received.metadata)) return received;
  const error = errorOfClientStatus(received, call);
  return error ? statusObjectOf(error, received.metadata) : received;
}

function isOk(status: StatusObject): boolean {
  return status.code === grpcStatus.OK;
}

function epochMs(deadline: Date | number | undefined): number {
  if (deadline === undefined) return Infinity;
  return deadline instanceof Date ? deadline.getTime() : deadline;
}
