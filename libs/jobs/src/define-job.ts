import { invalidField } from '@framesong/errors';
import type { OrderTerms, PaidOrder } from './run/paid-order.ts';
import type { Workload } from './durations/duration-key.ts';
import type { Listening, SilenceLimits } from './durations/with-silence-limits.ts';
import type { TimedWork, TimeoutLimits } from './durations/with-timeout.ts';
import type { Json, Provenance } from './job.ts';

/** How a step is tried again. Delays grow twofold with full jitter; an error's own `retryAfterMs` is waited for. */
export interface StepRetry {
  /** Tries in this run, the first included. */
  readonly maxAttempts: number;
  /** Default 500 ms. */
  readonly firstDelayMs?: number;
  /** Default 30 s. */
  readonly maxDelayMs?: number;
  /** Default: what carries retry advice or is UNAVAILABLE, unless its outcome says that money may have been spent. */
  readonly shouldRetry?: (error: unknown) => boolean;
}

export interface StepContext {
  /** The job's own signal. */
  readonly signal: AbortSignal;
  /** The same in every try and after every crash: give it to providers that know such keys. */
  readonly idempotencyKey: string;
  /** 1 for the first try; counts on over crashes, so more than 1 means that an earlier try began and did not finish. */
  readonly attempt: number;
}

export interface StepOptions {
  /** Default: one try. */
  readonly retry?: StepRetry;
  /** Name of its span and timing where several steps do the same thing, for example `compress image`. Default: its own. */
  readonly stage?: string;
}

export interface Progress {
  readonly stage: string;
  /** 0 to 100 of the whole job. A smaller one than before is stored as the one before. Absent: nothing new, and its age stays. */
  readonly percent?: number;
  readonly provenance: Provenance;
  readonly message?: string;
  readonly data?: Json;
}

/** Small durable facts of a job, written at once and under the protection that steps have. */
export interface JobNotes {
  get(name: string): Promise<Json | undefined>;
  /** `untilRetry`: removed when somebody retries the job, because it stands for a doubt that only a person can take away. */
  set(name: string, value: Json, options?: { readonly untilRetry?: boolean }): Promise<void>;
  remove(name: string): Promise<void>;
}

/** What a running job sees. */
export interface JobContext<Input> {
  readonly id: string;
  readonly tenant: string;
  readonly input: Input;
  readonly labels: Readonly<Record<string, string>>;
  /** 1 for the first start. */
  readonly attempt: number;
  /** Fires on cancel, run timeout, expiry and shutdown alike; its reason is a FramesongError that says which. */
  readonly signal: AbortSignal;
  /** What is left of the nearer of run timeout and expiry; Infinity without either. */
  remainingMs(): number;
  /**
   * Does `work` once: its JSON result is saved under `name`, and a later run of the job gets the saved one back.
   * Names are unique within a job; steps may run side by side and start in any order.
   */
  step<T>(name: string, work: (step: StepContext) => Promise<T>, options?: StepOptions): Promise<T>;
  /**
   * Does `work` within a timeout that is chosen from how long such work has taken, and that the job shows with its reason.
   * @throws FramesongError DEADLINE_EXCEEDED `STAGE_TIMEOUT` when the time is up
   */
  withTimeout<T>(limits: TimeoutLimits, work: (timed: TimedWork) => Promise<T>): Promise<T>;
  /**
   * Does `work`, and stops it when nothing is heard of it for longer than such work is usually silent.
   * @throws FramesongError DEADLINE_EXCEEDED `STALLED` naming what was waited for
   */
  withSilenceLimits<Phase extends string, T>(
    limits: SilenceLimits<Phase>,
    work: (listening: Listening<Phase>) => Promise<T>,
  ): Promise<T>;
  /**
   * Orders something that costs money: once, whatever happens to this process, and only under the limits on spending.
   * @throws FramesongError UNAVAILABLE `ORDER_INTERRUPTED`, outcome sent_unknown; `SPENDING_LIMIT`, `PRICE_UNKNOWN` or
   * `PRICE_IN_OTHER_CURRENCY`, outcome not_sent; whatever `order` throws, with its outcome
   */
  orderOnce<T extends object>(terms: OrderTerms<T>, order: (paid: PaidOrder) => Promise<T>): Promise<T>;
  /** What a later run of the job has to know although the step that learnt it did not finish. */
  readonly notes: JobNotes;
  /** Tells watchers. Returns at once; what comes faster than it can be stored is thinned out, the newest stays. */
  progress(progress: Progress): void;
}

/** One kind of job: its name, its queue and the work. Inputs and results must survive JSON. */
export interface JobDefinition<Input = never, Result = unknown> {
  /** Name and version. A change that a half-done job would not survive takes a new version beside the old one. */
  readonly kind: string;
  /** What its ids begin with, for example `frame`. */
  readonly idPrefix: string;
  readonly queue: string;
  /** Which histories its durations belong to. Absent: nothing is remembered of how long its jobs take. */
  workloadOf?(input: Input): Workload;
  run(job: JobContext<Input>): Promise<Result>;
}

/** @throws INVALID_ARGUMENT when kind or prefix do not have their form. */
export function defineJob<Input, Result>(definition: JobDefinition<Input, Result>): JobDefinition<Input, Result> {
  if (!/^[a-z][a-z0-9-]*\.v[1-9][0-9]*$/.test(definition.kind)) {
    throw invalidField('kind', `must look like first-frame.v1, is ${definition.kind}`);
  }
  if (!/^[a-z]{2,16}$/.test(definition.idPrefix)) {
    throw invalidField('idPrefix', `must be 2 to 16 lower-case letters, is ${definition.idPrefix}`);
  }
  return definition;
}
