import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerDuplexStream,
  ServerWritableStream,
  StatusObject,
  UntypedHandleCall,
} from '@grpc/grpc-js';
import { FramesongError, toFramesongError } from '@framesong/errors';
import { log, recordStages, currentStages } from '@framesong/telemetry';
import { currentContext, type CallContext } from './call-context.ts';
import { checkedRequest } from './checked-request.ts';
import { readRequests } from './request-stream.ts';
import { sendWithin } from './response-stream.ts';
import type { AnyMethod, Method, ServiceDefinition } from './method-types.ts';
import { ServerCall } from './server-call.ts';

/** How long a handler may take after its signal has fired to say in its own words what happened. */
const LAST_WORDS_MS = 15;

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
 * A handler as grpc-js wants it. It replies exactly once, whatever the handler does: a rejection becomes a status, an
 * unknown error INTERNAL with its cause in the log, and a handler that goes on after its signal has fired is answered for.
 */
export function adaptHandler(method: AnyMethod, handler: Untyped): UntypedHandleCall {
  if (method.requestStream && method.responseStream) {
    const bidi: handleBidiStreamingCall<unknown, unknown> = (wire) => {
      serveStream(wire, (call) => handler(readRequests(wire, call), call) as AsyncIterable<unknown>);
    };
    return bidi as UntypedHandleCall;
  }
  if (method.responseStream) {
    const stream: handleServerStreamingCall<unknown, unknown> = (wire) => {
      serveStream(wire, (call) => handler(checkedRequest(wire.request), call) as AsyncIterable<unknown>);
    };
    return stream as UntypedHandleCall;
  }
  if (method.requestStream) {
    const upload: handleClientStreamingCall<unknown, unknown> = (wire, reply) => {
      wire.on('error', ignore);
      run(
        (call) => handler(readRequests(wire, call), call) as Promise<unknown>,
        (value, call) => reply(null, value, call.trailers()),
        (status) => reply(status),
      );
    };
    return upload as UntypedHandleCall;
  }
  const unary: handleUnaryCall<unknown, unknown> = (wire, reply) => {
    run(
      (call) => handler(checkedRequest(wire.request), call) as Promise<unknown>,
      (value, call) => reply(null, value, call.trailers()),
      (status) => reply(status),
    );
  };
  return unary as UntypedHandleCall;
}

type Outgoing = ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>;

function serveStream(wire: Outgoing, start: (call: CallContext) => AsyncIterable<unknown>): void {
  wire.on('error', ignore);
  run(
    async (call) => {
      for await (const message of start(call)) await sendWithin(wire, message, call.signal);
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
  let replied = false;
  const once = (reply: () => void) => {
    if (replied) return;
    replied = true;
    reply();
  };
  const failWith = (error: FramesongError) => once(() => fail(call.statusOf(error)));
  call.signal.addEventListener('abort', () => {
    setTimeout(() => failWith(call.signal.reason as FramesongError), LAST_WORDS_MS);
  });
  const recorded = recordStages(async () => {
    const here = AsyncLocalStorage.snapshot();
    call.stages = () => here(currentStages);
    return work(call);
  });
  recorded.then(
    ({ value }) => once(() => succeed(value, call)),
    (thrown: unknown) => {
      const error = toFramesongError(thrown);
      if (error.code === 'INTERNAL') log.error({ err: error.cause ?? error, method: call.path }, 'handler failed');
      failWith(error);
    },
  );
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
