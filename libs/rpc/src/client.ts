import {
  Metadata,
  type CallOptions as GrpcCallOptions,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import { errorOfSignal, FramesongError, toFramesongError } from '@framesong/errors';
import type { RpcChannel } from './channel.ts';
import type { AnyMethod, Method, ServiceDefinition } from './method-types.ts';
import { errorOfStatus } from './status.ts';

/** Options of one call. */
export interface CallOptions {
  /** The deadline, in milliseconds from now. Inside a call or job the smaller of this and what is left there counts. */
  readonly timeoutMs?: number;
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** Extra request metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Told the trailers once: `trace-id`, `server-timing`. */
  readonly onTrailers?: (trailers: Readonly<Record<string, string>>) => void;
}

/** The call of one method, by its shape. All throw or reject with a `FramesongError`. */
export type Call<M> =
  M extends Method<infer Request, infer Response, false, false>
    ? (request: Request, options?: CallOptions) => Promise<Response>
    : M extends Method<infer Request, infer Response, true, false>
      ? (requests: AsyncIterable<Request>, options?: CallOptions) => Promise<Response>
      : M extends Method<infer Request, infer Response, false, true>
        ? (request: Request, options?: CallOptions) => AsyncIterable<Response>
        : M extends Method<infer Request, infer Response, true, true>
          ? (requests: AsyncIterable<Request>, options?: CallOptions) => AsyncIterable<Response>
          : never;

/** A typed client: one function per method. */
export type RpcClient<S extends ServiceDefinition> = { readonly [K in keyof S]: Call<S[K]> };

type Duplex = ClientDuplexStream<unknown, unknown>;
type Readable = ClientReadableStream<unknown>;
type Writable = ClientWritableStream<unknown>;

/** Makes a typed client of a service on a channel. */
export function createClient<S extends ServiceDefinition>(channel: RpcChannel, definition: S): RpcClient<S> {
  const calls = Object.entries(definition).map(([name, method]) => [name, callOf(channel, method)]);
  return Object.fromEntries(calls) as RpcClient<S>;
}

function callOf(channel: RpcChannel, method: AnyMethod) {
  const { client } = channel;
  const { path, requestSerialize, responseDeserialize } = method;
  const serialize = requestSerialize as (value: unknown) => Buffer;
  if (method.requestStream && method.responseStream) {
    return (requests: AsyncIterable<unknown>, options: CallOptions = {}) => {
      const call: Duplex = client.makeBidiStreamRequest(path, serialize, responseDeserialize, ...base(options));
      return readResponses(call, options, pump(requests, call));
    };
  }
  if (method.responseStream) {
    return (request: unknown, options: CallOptions = {}) => {
      const call: Readable = client.makeServerStreamRequest(
        path,
        serialize,
        responseDeserialize,
        request,
        ...base(options),
      );
      return readResponses(call, options, Promise.resolve());
    };
  }
  if (method.requestStream) {
    return (requests: AsyncIterable<unknown>, options: CallOptions = {}) =>
      single(options, (reply) => {
        const call: Writable = client.makeClientStreamRequest(
          path,
          serialize,
          responseDeserialize,
          ...base(options),
          reply,
        );
        pump(requests, call).catch((thrown: unknown) => {
          reply(toFramesongError(thrown));
          call.cancel();
        });
        return call;
      });
  }
  return (request: unknown, options: CallOptions = {}) =>
    single(options, (reply) =>
      client.makeUnaryRequest(path, serialize, responseDeserialize, request, ...base(options), reply),
    );
}

interface Cancellable {
  cancel(): void;
  on(event: 'status', listener: (status: StatusObject) => void): unknown;
}

function single(
  options: CallOptions,
  start: (reply: (error: Error | null, value?: unknown) => void) => Cancellable,
): Promise<unknown> {
  if (options.signal?.aborted) return Promise.reject(errorOfSignal(options.signal));
  return new Promise((resolve, reject) => {
    const call = start((error, value) => {
      unlink();
      if (error) reject(errorOf(error, options.signal));
      else resolve(value);
    });
    const unlink = linkSignal(call, options);
  });
}

async function* readResponses(
  call: Readable | Duplex,
  options: CallOptions,
  sending: Promise<void>,
): AsyncGenerator<unknown> {
  const unlink = linkSignal(call, options);
  let sendFault: unknown;
  sending.catch((thrown: unknown) => {
    sendFault = thrown;
    call.cancel();
  });
  let finished = false;
  try {
    for await (const message of call) yield message as unknown;
    finished = true;
  } catch (thrown) {
    finished = true;
    throw sendFault === undefined ? errorOf(thrown, options.signal) : toFramesongError(sendFault);
  } finally {
    // A consumer that stops early must not leave the call running.
    if (!finished) call.cancel();
    unlink();
  }
}

async function pump(requests: AsyncIterable<unknown>, call: Writable | Duplex): Promise<void> {
  let closed = false;
  let wake: () => void = () => undefined;
  const onClosed = () => {
    closed = true;
    wake();
  };
  call.on('status', onClosed);
  call.on('error', onClosed);
  for await (const message of requests) {
    if (closed) return;
    if (!call.write(message)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        call.once('drain', resolve);
        if (closed) resolve();
      });
    }
  }
  if (!closed) call.end();
}

function linkSignal(call: Cancellable, { signal, onTrailers }: CallOptions): () => void {
  if (onTrailers) call.on('status', (status) => onTrailers(textsOf(status.metadata)));
  if (!signal) return () => undefined;
  const cancel = () => call.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}

function base({ timeoutMs, metadata }: CallOptions): [Metadata, GrpcCallOptions] {
  const sent = new Metadata();
  for (const [key, value] of Object.entries(metadata ?? {})) sent.set(key, value);
  return [sent, timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs }];
}

function errorOf(thrown: unknown, signal: AbortSignal | undefined): FramesongError {
  if (signal?.aborted) return errorOfSignal(signal);
  const status = thrown as Partial<ServiceError>;
  if (typeof status.code === 'number' && status.metadata) return errorOfStatus(status as ServiceError);
  return toFramesongError(thrown);
}

function textsOf(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata.getMap()).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
