import type { PlainError } from '@framesong/errors';
import type { StageTiming } from '@framesong/telemetry';
import type { ExpectedCost } from './costs/expected-cost.ts';
import { timeoutsInOrder, type StageTimeout } from './durations/stage-timeout.ts';
import type { ReuseFacts } from './reuse/reuse-terms.ts';
import type { Job, JobEvent, JobEventType, JobState, Json, Provenance } from './job.ts';

/** A row of table `job`. bigint columns arrive as text. */
export interface JobRow {
  readonly id: string;
  readonly tenant: string;
  readonly kind: string;
  readonly queue: string;
  readonly request_id: string | null;
  readonly request_digest: string;
  readonly labels: Record<string, string>;
  readonly priority: number;
  readonly state: JobState;
  readonly stage: string | null;
  readonly percent: number;
  readonly input: Json;
  readonly result: Json;
  readonly error: PlainError | null;
  readonly stages: StageTiming[];
  readonly timeouts: Record<string, StageTimeout>;
  readonly reuse: ReuseFacts | null;
  readonly expected_cost: ExpectedCost | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly expire_time: Date | null;
  readonly run_timeout_ms: string | null;
  readonly run_used_ms: string;
  readonly attempts: number;
  readonly crashes: number;
  readonly attached: boolean;
  readonly trace_carrier: Record<string, string>;
  readonly last_run_carrier: Record<string, string> | null;
  readonly trace_id: string | null;
  readonly submit_trace_id: string | null;
  readonly last_sequence: number;
  readonly batch_id: string | null;
  readonly last_event_at: Date | null;
  readonly percent_at: Date | null;
  readonly percent_provenance: Provenance | null;
}

/** A row of table `job_event`. */
export interface EventRow {
  readonly sequence: number;
  readonly at: Date;
  readonly type: JobEventType;
  readonly stage: string | null;
  readonly percent: number;
  readonly provenance: Provenance | null;
  readonly message: string | null;
  readonly data: Json;
}

export function jobOfRow(row: JobRow): Job {
  return {
    id: row.id,
    tenant: row.tenant,
    kind: row.kind,
    queue: row.queue,
    requestId: row.request_id ?? undefined,
    labels: row.labels,
    priority: row.priority,
    state: row.state,
    stage: row.stage ?? undefined,
    percent: row.percent,
    input: row.input,
    result: row.state === 'SUCCEEDED' ? row.result : undefined,
    error: row.error ?? undefined,
    stages: row.stages,
    timeouts: timeoutsInOrder(row.timeouts),
    reuse: row.reuse ?? undefined,
    expectedCost: row.expected_cost ?? undefined,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    expireTime: row.expire_time ?? undefined,
    runTimeoutMs: row.run_timeout_ms === null ? undefined : Number(row.run_timeout_ms),
    runUsedMs: Number(row.run_used_ms),
    attempts: row.attempts,
    traceId: row.trace_id ?? undefined,
    submitTraceId: row.submit_trace_id ?? undefined,
    lastSequence: row.last_sequence,
    batchId: row.batch_id ?? undefined,
    lastEventAt: row.last_event_at ?? row.created_at,
    percentAt: row.percent_at ?? row.created_at,
    percentProvenance: row.percent_provenance ?? undefined,
  };
}

export function eventOfRow(row: EventRow): JobEvent {
  return {
    sequence: row.sequence,
    at: row.at,
    type: row.type,
    stage: row.stage ?? undefined,
    percent: row.percent,
    provenance: row.provenance ?? undefined,
    message: row.message ?? undefined,
    data: row.data ?? undefined,
  };
}
