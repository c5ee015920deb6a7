import { FramesongError, INTERNAL_TEXT, invalidField } from '@framesong/errors';
import { MAX_MESSAGE_BYTES } from './message-limit.ts';
import type { AnyMethod } from './method-types.ts';

/** A request that could not be taken; it stands in for the message, because grpc-js would answer INTERNAL itself. */
class RefusedRequest {
  readonly error: FramesongError;
  constructor(error: FramesongError) {
    this.error = error;
  }
}

/** The deserializer of a method, with its size limit, so that both faults are told to the caller as INVALID_ARGUMENT. */
export function checkedDeserialize(method: AnyMethod, maxRequestBytes: number): (bytes: Buffer) => unknown {
  return (bytes) => {
    if (bytes.length > maxRequestBytes) {
      const description = `the message has ${bytes.length} bytes, at most ${maxRequestBytes} are taken`;
      return new RefusedRequest(invalidField('', description, { reason: 'MESSAGE_TOO_LARGE' }));
    }
    try {
      return method.requestDeserialize(bytes);
    } catch (cause) {
      return new RefusedRequest(invalidField('', 'the message is not valid protobuf', { reason: 'MALFORMED', cause }));
    }
  };
}

/** The request itself, or throws why it was refused. */
export function checkedRequest(request: unknown): unknown {
  if (request instanceof RefusedRequest) throw request.error;
  return request;
}

/**
 * The bytes of a response. Made here and not by grpc-js, which would answer by itself and leave the cause nowhere.
 * @throws FramesongError INTERNAL when the handler answers more than one message can hold; what the serializer throws
 */
export function serializeResponse(method: AnyMethod, response: unknown): Buffer {
  const bytes = (method.responseSerialize as (value: unknown) => Buffer)(response);
  if (bytes.length > MAX_MESSAGE_BYTES) {
    const cause = new RangeError(`the response has ${bytes.length} bytes, a message holds ${MAX_MESSAGE_BYTES}`);
    throw new FramesongError(INTERNAL_TEXT, { code: 'INTERNAL', reason: 'RESPONSE_TOO_LARGE', cause });
  }
  return bytes;
}
