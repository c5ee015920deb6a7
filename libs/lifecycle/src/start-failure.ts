import { FramesongError } from '@framesong/errors';

/** Exit codes of a service; 78 and 70 are those of sysexits.h. */
export const EXIT_CODES = { stopped: 0, startFailed: 1, graceExceeded: 1, crashed: 70, misconfigured: 78 } as const;

/** The exit code for an error of the start: 78 for a configuration that is not valid, else 1. */
export function exitCodeOfStart(error: unknown): number {
  const misconfigured = error instanceof FramesongError && error.reason === 'CONFIGURATION_INVALID';
  return misconfigured ? EXIT_CODES.misconfigured : EXIT_CODES.startFailed;
}

/** What a person needs to read: one line for the error with its causes, and one for each violation. */
export function describeStartFailure(name: string, error: unknown): string {
  const violations = error instanceof FramesongError ? error.violations : [];
  const lines = violations.map((violation) => `  ${violation.field}: ${violation.description}`);
  return [`${name} cannot start: ${messagesOf(error).join(', because: ')}`, ...lines, ''].join('\n');
}

function messagesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null || !('message' in error)) return [String(error)];
  const message = String(error.message) || 'an error without text';
  if (!('cause' in error) || error.cause === undefined) return [message];
  return [...new Set([message, ...messagesOf(error.cause)])];
}
