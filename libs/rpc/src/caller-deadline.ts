import type { Metadata } from '@grpc/grpc-js';

/**
 * Request metadata by which our clients tell when their time is up, in milliseconds since the epoch. gRPC itself tells only how
 * long is left, counted anew at each arrival: a call that was long on its way would see its caller's overrun as a cancel.
 */
export const CALLER_DEADLINE_METADATA = 'framesong-deadline';

/** Beyond this the clocks of the two machines differ, or somebody plays with the metadata. */
const MOST_ON_THE_WAY_MS = 5_000;

/** When the caller gives up by its own clock; never later than `countedEpochMs`, which was counted on arrival. */
export function callerDeadlineOf(metadata: Metadata, countedEpochMs: number): number {
  const told = Number(metadata.get(CALLER_DEADLINE_METADATA)[0] ?? Number.NaN);
  const onTheWayMs = countedEpochMs - told;
  return onTheWayMs > 0 && onTheWayMs <= MOST_ON_THE_WAY_MS ? told : countedEpochMs;
}
