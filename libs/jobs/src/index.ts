export { type Batch, type BatchItem, type BatchPlace } from './batches/batch.ts';
export { type BatchPage } from './batches/read-batch.ts';
export { type ExpectedCost } from './costs/expected-cost.ts';
export { moneyFault, timesMoney, type Money } from './costs/money.ts';
export { type OrderEntry, type OrderState } from './costs/order-entry.ts';
export { type CostTotal, type JobCosts } from './costs/read-costs.ts';
export { type ModelSpending, type Spending, type SpendingQuery, type TenantLimit } from './costs/read-spending.ts';
export {
  defineJob,
  type JobContext,
  type JobDefinition,
  type JobNotes,
  type Progress,
  type StepContext,
  type StepOptions,
  type StepRetry,
} from './define-job.ts';
export { powerOfTwoClass, WHOLE_JOB, type DurationKey, type Workload } from './durations/duration-key.ts';
export { type Durations } from './durations/durations.ts';
export { STALLED, type LongSilence } from './durations/silence-watch.ts';
export { type SilenceRange } from './durations/with-silence-limits.ts';
export { type StageTimeout } from './durations/stage-timeout.ts';
export { STAGE_TIMEOUT, type TimedWork, type TimeoutLimits } from './durations/with-timeout.ts';
export {
  FINAL_STATES,
  isFinal,
  JOB_EVENT_TYPES,
  JOB_STATES,
  type Job,
  type JobEvent,
  type JobEventType,
  type JobState,
  type Json,
  type Provenance,
} from './job.ts';
export { databaseUrlFor } from './database-url.ts';
export { openGates, type Gates } from './gates/open-gates.ts';
export { newJobId, prefixOf } from './job-id.ts';
export { type QueueLimits } from './job-store.ts';
export { type JobFilter, type JobPage, type JobPageRequest } from './list-jobs.ts';
export { openJobs, type Jobs, type OpenJobsOptions } from './open-jobs.ts';
export { type OrderTerms, type PaidOrder } from './run/paid-order.ts';
export { ensurePostgres, type EmbeddedPostgres, type EnsurePostgresOptions } from './postgres/ensure-postgres.ts';
export { type QueueLimitChange } from './queue-limits.ts';
export { RECENT_MS, type QueueStatus } from './queue-status.ts';
export { MAX_SIMILAR_DISTANCE, type ReuseFacts, type ReuseTerms } from './reuse/reuse-terms.ts';
export { jobSettings } from './settings.ts';
export { type Submission, type Submitted } from './submit-job.ts';
export { type TraceCarrier } from './trace-carrier.ts';
