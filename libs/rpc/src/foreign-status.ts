import { status as grpcStatus, type StatusObject } from '@grpc/grpc-js';
import { deadlineExceeded, errorCodeOf, FramesongError, invalidField, unavailable } from '@framesong/errors';
import { MAX_MESSAGE_BYTES } from './message-limit.ts';

/** What a status stands for that grpc-js makes by itself on a server, in the terms of the contract. */
export function errorOfServerStatus({ code, details: text }: Pick<StatusObject, 'code' | 'details'>): FramesongError {
  if (code === grpcStatus.RESOURCE_EXHAUSTED && /larger than/.test(text)) {
    return messageTooLarge();
  }
  if (code === grpcStatus.INTERNAL && /decompress|grpc-timeout/.test(text)) {
    return invalidField('', text, { reason: 'MALFORMED' });
  }
  return new FramesongError(text, { code: errorCodeOf(code), reason: 'TRANSPORT' });
}

/**
 * What a status stands for that grpc-js makes by itself on a client; undefined when it already says the right thing.
 *
 * Trap: a connection that ends under a call shows as INTERNAL or RESOURCE_EXHAUSTED (the guard against rapid resets), and a server that is forced to close as
 * CANCELLED although nobody cancelled here; both mean that a repeat may succeed.
 */
export function errorOfClientStatus(
  { code, details }: Pick<StatusObject, 'code' | 'details'>,
  call: { readonly path: string; readonly address: string; readonly cancelledHere: boolean },
): FramesongError | undefined {
  const method = call.path.slice(1);
  if (code === grpcStatus.DEADLINE_EXCEEDED) {
    return deadlineExceeded(`${method}: ${call.address} did not answer within the deadline`, { method });
  }
  const isReset =
    (code === grpcStatus.INTERNAL && details.startsWith('Received RST_STREAM')) ||
    (code === grpcStatus.RESOURCE_EXHAUSTED && details.startsWith('Bandwidth exhausted'));
  if (isReset || (code === grpcStatus.CANCELLED && !call.cancelledHere)) {
    return unavailable(`${method}: ${call.address} broke the call off: ${details}`, 'CONNECTION_LOST', 100);
  }
  if (code === grpcStatus.UNAVAILABLE) {
    return unavailable(`${method}: ${call.address} cannot be reached: ${reasonIn(details)}`, 'UNREACHABLE', 500);
  }
  if (code === grpcStatus.RESOURCE_EXHAUSTED && details.startsWith('Attempted to send message')) {
    return messageTooLarge();
  }
  return undefined;
}

function messageTooLarge(): FramesongError {
  const description = `is over the limit of ${MAX_MESSAGE_BYTES} bytes; send larger content in chunks`;
  return invalidField('message', description, { reason: 'MESSAGE_TOO_LARGE' });
}

/** What went wrong, without what grpc-js says around it. */
function reasonIn(details: string): string {
  return details
    .replace(/^No connection established\. Last error: (Error: )?/, '')
    .replace(/\s*Resolution note:\s*$/, '')
    .replace(/\.$/, '');
}
