import { status as grpcStatus, type Metadata, type StatusObject } from '@grpc/grpc-js';
import { Status } from '@framesong/contracts/google/rpc/status';
import { ERROR_CODES, errorCodeOf, FramesongError } from '@framesong/errors';
import { textForLog } from '@framesong/telemetry';
import { packDetails, unpackDetails } from './status-details.ts';
import { cutText } from './text.ts';

/** Other clients lose the real status when the header grows over 16 KiB, so text and details are capped well below. */
const MAX_TEXT_BYTES = 1024;
const MAX_DETAILS_BYTES = 4096;
const DETAILS_KEY = 'grpc-status-details-bin';
const LONGEST_PUSHBACK_MS = 2 ** 31 - 1;

/** The google.rpc.Status of an error, also used as data in a failed job. */
export function rpcStatusOf(error: FramesongError): Status {
  const code = ERROR_CODES[error.code];
  const message = cutText(error.message, MAX_TEXT_BYTES);
  for (const violations of [20, 5, 1]) {
    const status = { code, message, details: packDetails(error, violations) };
    if (Status.encode(status).finish().length <= MAX_DETAILS_BYTES) return status;
  }
  const bare = new FramesongError('', { code: error.code, reason: error.reason });
  return { code, message, details: packDetails(bare, 0) };
}

/** What goes over the wire for an error; `trailers` are sent along. */
export function statusObjectOf(error: FramesongError, trailers: Metadata): StatusObject {
  const status = rpcStatusOf(error);
  const metadata = trailers.clone();
  metadata.set(DETAILS_KEY, Buffer.from(Status.encode(status).finish()));
  if (error.retryAfterMs !== undefined && error.code === 'RESOURCE_EXHAUSTED') {
    const pushbackMs = Math.min(LONGEST_PUSHBACK_MS, Math.max(0, Math.ceil(error.retryAfterMs)));
    if (Number.isFinite(pushbackMs)) metadata.set('grpc-retry-pushback-ms', String(pushbackMs));
  }
  return { code: grpcStatus[error.code], details: status.message, metadata };
}

/** True for a status that {@link statusObjectOf} or another server with rich errors made, false for one of grpc-js itself. */
export function hasDetails(metadata: Metadata | null | undefined): boolean {
  return (metadata?.get(DETAILS_KEY).length ?? 0) > 0;
}

/** The error that a status from a server stands for. The code on the wire counts; details that contradict it do not. */
export function errorOfStatus(status: Pick<StatusObject, 'code' | 'details' | 'metadata'>): FramesongError {
  const code = errorCodeOf(status.code);
  const packed = status.metadata.get(DETAILS_KEY)[0];
  if (Buffer.isBuffer(packed)) {
    try {
      const error = errorOfRpcStatus(Status.decode(packed));
      if (error.code === code) return error;
    } catch {
      // Details of a stranger that do not parse: code and text are still good.
    }
  }
  return new FramesongError(status.details, { code, reason: 'UNSPECIFIED' });
}

/** The error that a google.rpc.Status stands for. */
export function errorOfRpcStatus(status: Status): FramesongError {
  return new FramesongError(status.message, { code: errorCodeOf(status.code), ...unpackDetails(status.details) });
}

/** The text of a status for a span: what a provider says is left out, also where only the reason shows that it was one. */
export function spanTextOf(
  status: Pick<StatusObject, 'code' | 'details'> & { readonly metadata?: Metadata | null | undefined },
): string {
  const { code, details, metadata } = status;
  if (!metadata) return details;
  const error = errorOfStatus({ code, details, metadata });
  const isCut = error.reason.startsWith('PROVIDER_') && Object.keys(error.metadata).length === 0;
  return isCut ? error.reason : textForLog(error);
}
