import { Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { errorOfSignal, toFramesongError, type FramesongError } from '@framesong/errors';
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

/** Joins a call with the signal and the listener of its options; the returned function parts call and signal again. */
export function linkCall(
  call: { cancel(): void; on(event: 'status', listener: (status: StatusObject) => void): unknown },
  { signal, onTrailers }: CallOptions,
): () => void {
  if (onTrailers) call.on('status', (status) => onTrailers(textsOf(status.metadata)));
  if (!signal) return () => undefined;
  const cancel = () => call.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}

/** What a call has failed with, as the one error class. A signal of the caller's own that has fired decides. */
export function errorOfCall(thrown: unknown, signal: AbortSignal | undefined): FramesongError {
  if (signal?.aborted) return errorOfSignal(signal);
  if (isServiceError(thrown)) return errorOfStatus(thrown);
  return toFramesongError(thrown);
}

function isServiceError(thrown: unknown): thrown is ServiceError {
  if (typeof thrown !== 'object' || thrown === null) return false;
  const { code, metadata } = thrown as Partial<ServiceError>;
  return typeof code === 'number' && metadata instanceof Metadata;
}

function textsOf(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata.getMap()).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
