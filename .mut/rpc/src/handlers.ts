import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  sendUnaryData,
  ServerDuplexStream,
  ServerWritableStream,
  StatusObject,
  UntypedHandleCall,
} from '@grpc/grpc-js';
import { errorOfSignal, toFramesongError } from '@framesong/errors';
import { log, recordStages, currentStages } from '@framesong/telemetry';
import { currentContext, type CallContext } from './call-context.ts';
import { checkedRequest, serializeResponse } from './checked-message.ts';
import { readRequests } from './request-stream.ts';
import { sendWithin } from './response-stream.ts';
import type { AnyMethod, Method, ServiceDefinition } from './method-types.ts';
import type { ServerCall } from './server-call.ts';

/** The handler of one method, by its shape: unary, client stream, server stream or both. */
export type Handler<M> =
  M extends Method<infer Request, infer Response, false, false>
    ? (request: Request, call: CallContext) => Promise<Response>
    : M extends Method<infer Request, infer Response, true, false>
      ? (requests: AsyncIterable<Request>, call: CallContext) => Promise<Response>
      : M extends Method<infer Request, infer Response, false, true>
        ? (request: Request, call: CallContext) => AsyncIterable<Response>
        : M extends Method<infer Request, infer Response, true, true>
          ? (requests: AsyncIterable<Request>, call: CallContext) => AsyncIterable<Response>
          : never;

/** One handler per method of a service. */
export type Handlers<S extends ServiceDefinition> = { readonly [K in keyof S]: Handler<S[K]> };

type Untyped = (request: unknown, call: CallContext) => unknown;

/**
 * A handler as grpc-js wants it. It replies exactly once, whatever the handler does: a rejection becomes a status, and an
 * unknown error INTERNAL with its cause in the log. Responses are handed over as bytes.
 */
export function adaptHandler(method: AnyMethod, handler: Untyped): UntypedHandleCall {
  if (method.requestStream && method.responseStream) {
    const bidi: handleBidiStreamingCall<unknown, unknown> = (wire) => {
      answerStream(wire, method, (call) => handler(readRequests(wire, call), call));
    };
    return bidi as UntypedHandleCall;
  }
  if (method.responseStream) {
    const stream: handleServerStreamingCall<unknown, unknown> = (wire) => {
      answerStream(wire, method, (call) => handler(checkedRequest(wire.request), call));
    };
    return stream as UntypedHandleCall;
  }
  if (method.requestStream) {
    const upload: handleClientStreamingCall<unknown, unknown> = (wire, reply) => {
      wire.on('error', ignore);
      answer(reply, method, (call) => handler(readRequests(wire, call), call));
    };
    return upload as UntypedHandleCall;
  }
  const unary: handleUnaryCall<unknown, unknown> = (wire, reply) => {
    answer(reply, method, (call) => handler(checkedRequest(wire.request), call));
  };
  return unary as UntypedHandleCall;
}

function answer(reply: sendUnaryData<unknown>, method: AnyMethod, start: (call: CallContext) => unknown): void {
  run(
    async (call) => serializeResponse(method, await start(call)),
    (bytes, call) => reply(null, bytes, call.trailers()),
    (status) => reply(status),
  );
}

function answerStream(
  wire: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
  method: AnyMethod,
  start: (call: CallContext) => unknown,
): void {
  wire.on('error', ignore);
  run(
    async (call) => {
      for await (const message of start(call) as AsyncIterable<unknown>) {
        await sendWithin(wire, serializeResponse(method, message), call.signal);
      }
    },
    (_, call) => wire.end(call.trailers()),
    // destroy(error) would send no status at all, and the caller would wait for ever.
    (status) => wire.emit('error', status),
  );
}

function run<T>(
  work: (call: ServerCall) => Promise<T>,
  succeed: (value: T, call: ServerCall) => void,
  fail: (status: StatusObject) => void,
): void {
  const call = currentContext() as ServerCall;
  call.workBegins();
  const recorded = recordStages(async () => {
    const here = AsyncLocalStorage.snapshot();
    call.stages = () => here(currentStages);
    return work(call);
  });
  void recorded
    .then(
      ({ value }) => succeed(value, call),
      (thrown: unknown) => {
        const error =
          call.signal.aborted && isAbortError(thrown) ? errorOfSignal(call.signal) : toFramesongError(thrown);
        if (error.code === 'INTERNAL') log.error({ err: error.cause ?? error, method: call.path }, 'handler failed');
        fail(call.statusOf(error));
      },
    )
    .finally(() => call.workEnds());
}

/** What Node throws when a signal fires, whatever reason it was given. */
function isAbortError(thrown: unknown): boolean {
  return (thrown as { name?: unknown } | null | undefined)?.name === 'AbortError';
}

function ignore(): void {
  // A stream that breaks says so through the call's signal; without a listener the event would end the process.
}

/** A service and its handlers, ready for a server. */
export interface ServiceBinding {
  readonly definition: ServiceDefinition;
  readonly handlers: Readonly<Record<string, Untyped>>;
}

/** Joins a service definition with one handler per method; the types check that none is missing. */
export function bindService<S extends ServiceDefinition>(definition: S, handlers: Handlers<S>): ServiceBinding {
  return { definition, handlers: handlers as unknown as ServiceBinding['handlers'] };
}
