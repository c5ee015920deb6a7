import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { Status } from '@framesong/contracts/google/rpc/status';
import { ERROR_CODES, errorCodeOf, FramesongError, type FieldViolation, type Outcome } from '@framesong/errors';
import { packDetails, unpackDetails } from './status-details.ts';

/** Other clients lose the real status when the header grows over 16 KiB, so text and details are capped well below. */
const MAX_TEXT = 1024;
const MAX_DETAILS_BYTES = 4096;
const DETAILS_KEY = 'grpc-status-details-bin';

/** The google.rpc.Status of an error, also used as data in a failed job. */
export function rpcStatusOf(error: FramesongError): Status {
  const code = ERROR_CODES[error.code];
  const message = wellFormed(error.message);
  for (const violations of [20, 5, 0]) {
    const status = { code, message, details: packDetails(error, violations) };
    if (Status.encode(status).finish().length <= MAX_DETAILS_BYTES) return status;
  }
  return { code, message, details: [] };
}

/** What goes over the wire for an error; `trailers` are sent along. */
export function statusObjectOf(error: FramesongError, trailers: Metadata): StatusObject {
  const metadata = trailers.clone();
  metadata.set(DETAILS_KEY, Buffer.from(Status.encode(rpcStatusOf(error)).finish()));
  if (error.retryAfterMs !== undefined && error.code === 'RESOURCE_EXHAUSTED') {
    metadata.set('grpc-retry-pushback-ms', String(Math.ceil(error.retryAfterMs)));
  }
  return { code: ERROR_CODES[error.code], details: wellFormed(error.message), metadata };
}

/** The error that a status from a server stands for. */
export function errorOfStatus(status: Pick<StatusObject, 'code' | 'details' | 'metadata'>): FramesongError {
  const packed = status.metadata.get(DETAILS_KEY)[0];
  if (Buffer.isBuffer(packed)) {
    try {
      return errorOfRpcStatus(Status.decode(packed));
    } catch {
      // Details of a stranger that do not parse: code and text are still good.
    }
  }
  return new FramesongError(status.details, { code: errorCodeOf(status.code), reason: 'UNSPECIFIED' });
}

/** The error that a google.rpc.Status stands for. */
export function errorOfRpcStatus(status: Status): FramesongError {
  const facts = unpackDetails(status.details);
  const { outcome, ...metadata } = facts.metadata;
  return new FramesongError(status.message, {
    code: errorCodeOf(status.code),
    reason: facts.reason,
    metadata,
    violations: facts.violations as FieldViolation[],
    ...(outcome !== undefined && { outcome: outcome as Outcome }),
    ...(facts.retryAfterMs !== undefined && { retryAfterMs: facts.retryAfterMs }),
    ...(facts.resource && { resource: facts.resource }),
  });
}

/** A lone surrogate in a status text ends the process inside grpc-js (encodeURI throws). */
function wellFormed(text: string): string {
  return (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text).toWellFormed();
}
