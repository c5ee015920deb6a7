import type { PlainError } from '@framesong/errors';
import type { StageTiming } from '@framesong/telemetry';
import type { ExpectedCost } from './costs/expected-cost.ts';
import type { StageTimeout } from './durations/stage-timeout.ts';
import type { ReuseFacts } from './reuse/reuse-terms.ts';

/** Anything that survives JSON. Inputs and results hold references and small facts, never media. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The states of a job.
 *
 *     QUEUED --> RUNNING --> SUCCEEDED | FAILED
 *        \          \
 *         `----------`-----> CANCELLED, or FAILED when a limit ran out
 *
 * The last three are final and never change, except that `retry` puts FAILED and CANCELLED back to QUEUED.
 */
export const JOB_STATES = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;

export type JobState = (typeof JOB_STATES)[number];

/** States that a job does not leave by itself. */
export const FINAL_STATES = ['SUCCEEDED', 'FAILED', 'CANCELLED'] as const satisfies readonly JobState[];

export function isFinal(state: string): boolean {
  return (FINAL_STATES as readonly string[]).includes(state);
}

/** One job as it stands in the database. */
export interface Job {
  readonly id: string;
  readonly tenant: string;
  /** Name and version of the workflow, for example `first-frame.v1`. */
  readonly kind: string;
  readonly queue: string;
  readonly requestId: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Higher runs sooner, among the jobs of one tenant. */
  readonly priority: number;
  readonly state: JobState;
  /** What it does now or did last. */
  readonly stage: string | undefined;
  /** 0 to 100; never goes back, also not when a step is done again. */
  readonly percent: number;
  readonly input: Json;
  readonly result: Json | undefined;
  readonly error: PlainError | undefined;
  /** Offsets count from the submission, so the first stage is the wait in the queue. */
  readonly stages: readonly StageTiming[];
  /** The limits that its parts got, and why, in the order in which they were chosen. */
  readonly timeouts: readonly StageTimeout[];
  /** What came of the look for an earlier result; undefined when none was asked for. */
  readonly reuse: ReuseFacts | undefined;
  /** Undefined for work that costs nothing. */
  readonly expectedCost: ExpectedCost | undefined;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  readonly expireTime: Date | undefined;
  /** Limit of running time over all attempts. */
  readonly runTimeoutMs: number | undefined;
  readonly runUsedMs: number;
  /** How often it was started: 1, plus one for every crash, restart and takeover. */
  readonly attempts: number;
  /** Trace of the work; undefined before the first start. */
  readonly traceId: string | undefined;
  readonly submitTraceId: string | undefined;
  /** Number of its newest event. */
  readonly lastSequence: number;
  readonly lastEventAt: Date;
  /** When `percent` was last told, also where it stayed the same. */
  readonly percentAt: Date;
  /** Undefined before the first progress. */
  readonly percentProvenance: Provenance | undefined;
  /** The batch that it was first submitted in. */
  readonly batchId: string | undefined;
}

export const JOB_EVENT_TYPES = [
  'SUBMITTED',
  'STARTED',
  'RESUMED',
  'PROGRESS',
  'RETRIED',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
] as const;

export type JobEventType = (typeof JOB_EVENT_TYPES)[number];

/**
 * Where a percentage comes from: `measured` by who does the work; `by_stage` from which stages are done;
 * `estimated` from how long such work usually takes.
 */
export type Provenance = 'measured' | 'by_stage' | 'estimated';

/** One line of a job's history. */
export interface JobEvent {
  /** 1, 2, 3 ... per job without gaps. */
  readonly sequence: number;
  readonly at: Date;
  readonly type: JobEventType;
  readonly stage: string | undefined;
  readonly percent: number;
  readonly provenance: Provenance | undefined;
  readonly message: string | undefined;
  readonly data: Json | undefined;
}
