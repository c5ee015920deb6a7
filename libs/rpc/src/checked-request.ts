import { invalidField, type FramesongError } from '@framesong/errors';
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
