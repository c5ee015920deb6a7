/**
 * The canonical status codes that Framesong uses, named as in gRPC.
 * Source: google/rpc/code.proto. The number is what goes over the wire.
 */
export const ERROR_CODES = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** Name of a status code. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The code with this gRPC number; INTERNAL for a number that Framesong does not use. */
export function errorCodeOf(number: number): ErrorCode {
  for (const [name, value] of Object.entries(ERROR_CODES)) if (value === number) return name as ErrorCode;
  return 'INTERNAL';
}
