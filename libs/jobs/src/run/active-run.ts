import type { Database } from '../database.ts';
import type { JobRow } from '../job-row.ts';
import type { ProgressWriter } from './progress-writer.ts';
import type { RunLimits } from './run-limits.ts';
import type { RunTimings } from './run-timings.ts';

/** One run of a job in this process. */
export interface ActiveRun {
  readonly database: Database;
  readonly row: JobRow;
  /** Lets this run write, and no earlier one. */
  readonly token: string;
  readonly limits: RunLimits;
  readonly progress: ProgressWriter;
  readonly timings: RunTimings;
  /** Fires when the process gives up the run for good: waiting for the database ends too. */
  readonly abandoned: AbortSignal;
  /** To be called before work begins on the strength of an answer of the database, which may be old after a freeze. */
  readonly check: () => void;
  /** Names of the steps that were begun; each may be used once. */
  readonly stepNames: Set<string>;
}
