import type { ErrorCode, FramesongError } from '@framesong/errors';

/** One way for a command to end. */
export interface ExitCode {
  readonly exitCode: number;
  /** When it is used, for `--help` and the documentation. */
  readonly meaning: string;
  /** The status codes that end with it. */
  readonly codes: readonly ErrorCode[];
}

/** Exit code of a job that did not succeed, whatever it failed with. */
export const EXIT_JOB_FAILED = 9;
/** Exit code of wrong usage. */
export const EXIT_USAGE = 2;
/** Reason of the error that stands for Ctrl-C or a signal. */
export const INTERRUPTED = 'INTERRUPTED';

/** Every exit code of the command line. The kind of failure decides, not the command. */
export const EXIT_CODES: readonly ExitCode[] = [
  { exitCode: 0, meaning: 'done', codes: [] },
  { exitCode: 1, meaning: 'a fault of Framesong itself', codes: ['INTERNAL', 'DATA_LOSS', 'UNIMPLEMENTED'] },
  { exitCode: EXIT_USAGE, meaning: 'wrong usage or a faulty input', codes: ['INVALID_ARGUMENT', 'OUT_OF_RANGE'] },
  { exitCode: 3, meaning: 'it does not exist', codes: ['NOT_FOUND'] },
  {
    exitCode: 4,
    meaning: 'it cannot be done as things are',
    codes: ['FAILED_PRECONDITION', 'ALREADY_EXISTS', 'ABORTED'],
  },
  { exitCode: 5, meaning: 'a service cannot be reached or does not serve', codes: ['UNAVAILABLE'] },
  { exitCode: 6, meaning: 'the time of --timeout is up', codes: ['DEADLINE_EXCEEDED'] },
  { exitCode: 7, meaning: 'too much at once, or a disk is full', codes: ['RESOURCE_EXHAUSTED'] },
  { exitCode: 8, meaning: 'the caller may not do this', codes: ['PERMISSION_DENIED', 'UNAUTHENTICATED'] },
  { exitCode: EXIT_JOB_FAILED, meaning: 'the job failed, was cancelled, or expired', codes: ['CANCELLED'] },
  { exitCode: 130, meaning: 'interrupted by Ctrl-C (143 by SIGTERM)', codes: [] },
];

/** The exit code for what a command failed with. */
export function exitCodeOf(error: FramesongError): number {
  if (error.reason === INTERRUPTED) return error.metadata['signal'] === 'SIGTERM' ? 143 : 130;
  return EXIT_CODES.find(({ codes }) => codes.includes(error.code))?.exitCode ?? 1;
}

/** The table as lines of `--help`. */
export function exitCodeLines(): string[] {
  return EXIT_CODES.map(
    ({ exitCode, meaning, codes }) =>
      `  ${String(exitCode).padEnd(4)} ${meaning}${codes.length > 0 ? ` (${codes.join(', ')})` : ''}`,
  );
}
