import type { Duration } from '@framesong/contracts/google/protobuf/duration';

/** The longest that google/protobuf/duration.proto allows: about 10,000 years. */
const LONGEST_MS = 315_576_000_000_000;

/**
 * A google.protobuf.Duration of so many milliseconds, cut to what the type can hold.
 * @throws RangeError for NaN
 */
export function durationOfMs(ms: number): Duration {
  const wholeMs = Math.trunc(Math.min(LONGEST_MS, Math.max(-LONGEST_MS, ms)));
  const nanos = Math.abs(ms) < LONGEST_MS ? Math.trunc((ms - wholeMs) * 1e6) : 0;
  return { seconds: BigInt(wholeMs) / 1000n, nanos: (wholeMs % 1000) * 1_000_000 + nanos };
}

/** Milliseconds of a google.protobuf.Duration; undefined when it is absent. */
export function msOfDuration(duration: Duration | undefined): number | undefined {
  return duration && Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}
