import type { Any } from '@framesong/contracts/google/protobuf/any';
import {
  Outcome,
  ProgressSource,
  type Job as JobMessage,
  type JobEvent as JobEventMessage,
  type StageTimeout,
} from '@framesong/contracts/job/v1/job';
import type { Outlook } from '@framesong/contracts/job/v1/outlook';
import type { StageTiming as StageTimingMessage } from '@framesong/contracts/timing/v1/stage_timing';
import { fromPlainError, type FramesongError } from '@framesong/errors';
import type { Job, JobCosts, JobEvent, Jobs, JobState, Json, Provenance } from '@framesong/jobs';
import { durationOfMs, rpcStatusOf, type Language } from '@framesong/rpc';
import type { StageTiming } from '@framesong/telemetry';
import { costMessage } from './cost-message.ts';
import { basisMessage } from './expected-times.ts';
import { wireKindOf, wireStateOf } from './job-state.ts';
import { outlookOf, type UsualTimes } from './outlook.ts';
import { reuseMessage } from './reuse-message.ts';

/** How one kind of job shows what it holds: each turns stored data into a message packed in an Any. */
export interface JobKindMessages {
  effectiveRequest(job: Job): Any | undefined;
  /** Of a job that has succeeded. */
  result(job: Job): Any | undefined;
  eventDetail(data: Json): Any | undefined;
  /** Told while there is no history. */
  readonly usualTimes: UsualTimes;
}

/** Turns jobs and events into messages. */
export interface JobMessages {
  list(jobs: readonly Job[]): Promise<JobMessage[]>;
  /** One with what is to be expected, which takes a few more queries. */
  withOutlook(job: Job, language: Language): Promise<JobMessage>;
  /** What is to be expected of a job; undefined when it has ended. */
  outlook(job: Job, language: Language): Promise<Outlook | undefined>;
  /** What work of a kind is known to take. */
  usualTimes(kind: string | undefined): UsualTimes;
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

/** Of work that nobody told us about. */
const UNKNOWN_TIMES: UsualTimes = { run: { lowMs: 10_000, highMs: 900_000 }, silenceMs: 900_000 };

/** @param kinds how each kind of job shows what it holds, by kind */
export function createJobMessages(jobs: Jobs, kinds: Readonly<Record<string, JobKindMessages>>): JobMessages {
  const usualTimes = (kind: string | undefined) => kinds[kind ?? '']?.usualTimes ?? UNKNOWN_TIMES;
  const outlook = (stored: Job, language: Language) => outlookOf(jobs, stored, usualTimes(stored.kind), language);
  const job = (stored: Job, costs: JobCosts | undefined): JobMessage => {
    const kind = kinds[stored.kind];
    const error = stored.error && fromPlainError(stored.error);
    return {
      id: stored.id,
      kind: wireKindOf(stored.kind),
      state: wireStateOf(stored.state, stored.error),
      stage: stored.stage ?? '',
      percent: stored.percent,
      lastSequence: BigInt(stored.lastSequence),
      queuePosition: 0,
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
      outcome: outcomeMessage(error?.outcome),
      traceId: stored.traceId ?? '',
      submitTraceId: stored.submitTraceId ?? '',
      percentSource: percentSourceOf(stored),
      percentAge: durationOfMs(Math.max(0, Date.now() - stored.percentAt.getTime())),
      outlook: undefined,
      batchId: stored.batchId ?? '',
      timeouts: stored.timeouts.map(timeoutMessage),
      reuse: stored.reuse && reuseMessage(stored.reuse),
      cost: costMessage(stored, costs),
    };
  };
  const list = async (stored: readonly Job[]): Promise<JobMessage[]> => {
    const costs = await jobs.costs(stored);
    return stored.map((one) => job(one, costs.get(one.id)));
  };
  return {
    list,
    async withOutlook(stored, language) {
      const [expected, [message]] = await Promise.all([outlook(stored, language), list([stored])]);
      return { ...message!, outlook: expected, queuePosition: expected?.queuePosition ?? 0 };
    },
    outlook,
    usualTimes,
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

function percentSourceOf({ state, percentProvenance }: Job): ProgressSource {
  // That it is finished is no estimate.
  if (state === 'SUCCEEDED') return ProgressSource.MEASURED;
  return percentProvenance ? SOURCES[percentProvenance] : ProgressSource.BY_STAGE;
}

function timeoutMessage({ name, timeoutMs, basis, why, sampleCount }: Job['timeouts'][number]): StageTimeout {
  return {
    stage: name,
    timeout: durationOfMs(timeoutMs),
    basis: basisMessage(basis === 'cold_start' ? 'default' : 'history'),
    why,
    samples: sampleCount,
  };
}

/** The wire form of how money stands; unspecified where none is involved. */
export function outcomeMessage(outcome: FramesongError['outcome']): Outcome {
  return outcome ? OUTCOMES[outcome] : Outcome.UNSPECIFIED;
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
