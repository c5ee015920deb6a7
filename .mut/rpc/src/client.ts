import { Metadata, type CallOptions as GrpcCallOptions } from '@grpc/grpc-js';
import { throwIfAborted, toFramesongError } from '@framesong/errors';
import type { RpcChannel } from './channel.ts';
import { errorOfCall, linkCall, type CallOptions } from './client-call.ts';
import { readResponses } from './client-responses.ts';
import { sendRequests } from './client-requests.ts';
import type { AnyMethod, Method, ServiceDefinition } from './method-types.ts';

/** grpc-js servers read a longer timeout as one that has passed (it wraps around 2^31 ms). */
const LONGEST_TIMEOUT_MS = 24 * 24 * 3_600_000;

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

/** A typed client: one function per method. A call that streams responses starts when the first one is asked for. */
export type RpcClient<S extends ServiceDefinition> = { readonly [K in keyof S]: Call<S[K]> };

/** Makes a typed client of a service on a channel. */
export function createClient<S extends ServiceDefinition>(channel: RpcChannel, definition: S): RpcClient<S> {
  const calls = Object.entries(definition).map(([name, method]) => [name, callOf(channel, method)]);
  return Object.fromEntries(calls) as RpcClient<S>;
}

function callOf(channel: RpcChannel, method: AnyMethod) {
  const { client } = channel;
  const { path, responseDeserialize: deserialize } = method;
  const serialize = method.requestSerialize as (value: unknown) => Buffer;
  if (method.requestStream && method.responseStream) {
    return (requests: AsyncIterable<unknown>, options: CallOptions = {}) =>
      readResponses(options, (fail) => {
        const call = client.makeBidiStreamRequest(path, serialize, deserialize, ...base(options));
        sendRequests(requests, call).catch(fail);
        return call;
      });
  }
  if (method.responseStream) {
    return (request: unknown, options: CallOptions = {}) =>
      readResponses(options, () =>
        client.makeServerStreamRequest(path, serialize, deserialize, request, ...base(options)),
      );
  }
  if (method.requestStream) {
    return (requests: AsyncIterable<unknown>, options: CallOptions = {}) =>
      readResponse(options, (reply) => {
        const call = client.makeClientStreamRequest(path, serialize, deserialize, ...base(options), reply);
        sendRequests(requests, call).catch((thrown: unknown) => {
          reply(toFramesongError(thrown));
          call.cancel();
        });
        return call;
      });
  }
  return (request: unknown, options: CallOptions = {}) =>
    readResponse(options, (reply) =>
      client.makeUnaryRequest(path, serialize, deserialize, request, ...base(options), reply),
    );
}

/** Runs a call that has one response. The first reply counts. */
async function readResponse(
  options: CallOptions,
  start: (reply: (error: Error | null, value?: unknown) => void) => Parameters<typeof linkCall>[0],
): Promise<unknown> {
  throwIfAborted(options.signal);
  let unlink: (() => void) | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const call = start((error, value) => (error ? reject(error) : resolve(value)));
      unlink = linkCall(call, options);
    });
  } catch (thrown) {
    throw errorOfCall(thrown, options.signal);
  } finally {
    unlink?.();
  }
}

function base({ timeoutMs, metadata }: CallOptions): [Metadata, GrpcCallOptions] {
  const sent = new Metadata();
  for (const [key, value] of Object.entries(metadata ?? {})) sent.set(key, value);
  return [sent, timeoutMs === undefined ? {} : { deadline: Date.now() + Math.min(timeoutMs, LONGEST_TIMEOUT_MS) }];
}
