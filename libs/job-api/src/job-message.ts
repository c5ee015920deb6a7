import type { Any } from '@framesong/contracts/google/protobuf/any';
import {
  Outcome,
  ProgressSource,
  type Job as JobMessage,
  type JobEvent as JobEventMessage,
} from '@framesong/contracts/job/v1/job';
import type { StageTiming as StageTimingMessage } from '@framesong/contracts/timing/v1/stage_timing';
import { fromPlainError } from '@framesong/errors';
import type { Job, JobEvent, Jobs, JobState, Json, Provenance } from '@framesong/jobs';
import { durationOfMs, rpcStatusOf } from '@framesong/rpc';
import type { StageTiming } from '@framesong/telemetry';
import { wireStateOf } from './job-state.ts';

/** How one kind of job shows what it holds: each turns stored data into a message packed in an Any. */
export interface JobKindMessages {
  effectiveRequest(job: Job): Any | undefined;
  /** Of a job that has succeeded. */
  result(job: Job): Any | undefined;
  eventDetail(data: Json): Any | undefined;
}

/** Turns jobs and events into messages. */
export interface JobMessages {
  job(job: Job): JobMessage;
  /** The same, with the place in the queue, which takes one more query. */
  withPosition(job: Job): Promise<JobMessage>;
  /** An event of `job`; the final one looks at how the job stands now. */
  event(event: JobEvent, job: Job): Promise<JobEventMessage>;
}

const SOURCES: Readonly<Record<Provenance, ProgressSource>> = {
  measured: ProgressSource.MEASURED,
  by_stage: ProgressSource.BY_STAGE,
  estimated: ProgressSource.ESTIMATED,
};
const STATE_AFTER: Readonly<Record<JobEvent['type'], JobState>> = {
  SUBMITTED: 'QUEUED',
  RETRIED: 'QUEUED',
  STARTED: 'RUNNING',
  RESUMED: 'RUNNING',
  PROGRESS: 'RUNNING',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
};
const OUTCOMES = {
  not_sent: Outcome.NOT_SENT,
  rejected: Outcome.REJECTED,
  sent_unknown: Outcome.SENT_UNKNOWN,
  billed: Outcome.BILLED,
} as const;

/** @param kinds how each kind of job shows what it holds, by kind */
export function createJobMessages(jobs: Jobs, kinds: Readonly<Record<string, JobKindMessages>>): JobMessages {
  const job = (stored: Job, queuePosition = 0): JobMessage => {
    const kind = kinds[stored.kind];
    const error = stored.error && fromPlainError(stored.error);
    return {
      id: stored.id,
      kind: stored.kind.replace(/\.v\d+$/, ''),
      state: wireStateOf(stored.state, stored.error),
      stage: stored.stage ?? '',
      percent: stored.percent,
      lastSequence: BigInt(stored.lastSequence),
      queuePosition,
      createTime: stored.createdAt,
      startTime: stored.startedAt,
      endTime: stored.finishedAt,
      runTimeout: stored.runTimeoutMs === undefined ? undefined : durationOfMs(stored.runTimeoutMs),
      runTime: durationOfMs(stored.runUsedMs),
      expireTime: stored.expireTime,
      attempts: stored.attempts,
      stages: stored.stages.map(stageMessage),
      labels: new Map(Object.entries(stored.labels)),
      priority: stored.priority,
      requestId: stored.requestId ?? '',
      effectiveRequest: kind?.effectiveRequest(stored),
      result: stored.result === undefined ? undefined : kind?.result(stored),
      error: error && rpcStatusOf(error),
      outcome: error?.outcome ? OUTCOMES[error.outcome] : Outcome.UNSPECIFIED,
      traceId: stored.traceId ?? '',
      submitTraceId: stored.submitTraceId ?? '',
    };
  };
  return {
    job: (stored) => job(stored),
    async withPosition(stored) {
      if (stored.state !== 'QUEUED') return job(stored);
      return job(stored, (await jobs.queue(stored.queue, stored.id)).position ?? 0);
    },
    async event(event, { tenant, id, kind }) {
      const error = event.type === 'FAILED' ? (await jobs.get(tenant, id)).error : undefined;
      return {
        sequence: BigInt(event.sequence),
        time: event.at,
        state: wireStateOf(STATE_AFTER[event.type], error),
        stage: event.stage ?? '',
        percent: event.percent,
        percentSource: event.provenance ? SOURCES[event.provenance] : ProgressSource.BY_STAGE,
        message: event.message ?? '',
        detail: event.data === undefined ? undefined : kinds[kind]?.eventDetail(event.data),
      };
    },
  };
}

/** The wire form of a stage timing. */
export function stageMessage(stage: StageTiming): StageTimingMessage {
  return {
    name: stage.name,
    startOffset: durationOfMs(stage.startOffsetMs),
    duration: durationOfMs(stage.durationMs),
    depth: stage.depth,
    errorType: stage.errorType ?? '',
  };
}
