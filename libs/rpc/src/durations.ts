import type { Duration } from '@framesong/contracts/google/protobuf/duration';

/** A google.protobuf.Duration of so many milliseconds. */
export function durationOfMs(ms: number): Duration {
  const seconds = Math.trunc(ms / 1000);
  return { seconds: BigInt(seconds), nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

/** Milliseconds of a google.protobuf.Duration; undefined when it is absent. */
export function msOfDuration(duration: Duration | undefined): number | undefined {
  return duration && Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}
