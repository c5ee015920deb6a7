import { invalidArgument, type FieldViolation, type FramesongError } from '@framesong/errors';

/** How many faults one error names; the last one says how many more there are. */
export const MOST_FAULTS = 20;

/** Collects the faults of a text with their places. */
export interface LyricFaults {
  readonly count: number;
  add(line: number, column: number, description: string): void;
  /** INVALID_ARGUMENT naming all of them, at most {@link MOST_FAULTS}. */
  toError(): FramesongError;
}

/** Creates an empty collection for the request field `field`. */
export function createLyricFaults(field: string): LyricFaults {
  const found: { line: number; column: number; description: string }[] = [];
  return {
    get count() {
      return found.length;
    },
    add: (line, column, description) => found.push({ line, column, description }),
    toError() {
      found.sort((a, b) => a.line - b.line || a.column - b.column);
      const shown = found.length > MOST_FAULTS ? found.slice(0, MOST_FAULTS - 1) : found;
      const violations: FieldViolation[] = shown.map(({ line, column, description }) => ({
        field,
        description: `line ${line}, column ${column}: ${description}`,
      }));
      const hidden = found.length - shown.length;
      if (hidden > 0) violations.push({ field, description: `and ${hidden} more faults; mend the ones above first` });
      return invalidArgument(violations);
    },
  };
}
