import { FramesongError, invalidArgument, type FieldViolation } from '@framesong/errors';
import { ATTR, count, METRICS } from '@framesong/telemetry';
import { context, SpanKind, type Span } from '@opentelemetry/api';
import type { BatchPlace } from './batches/batch.ts';
import { placeInBatch } from './batches/write-batch.ts';
import { checkLimits } from './costs/check-limits.ts';
import type { ExpectedCost } from './costs/expected-cost.ts';
import { timesMoney } from './costs/money.ts';
import type { Query } from './database.ts';
import type { JobDefinition } from './define-job.ts';
import type { Job } from './job.ts';
import { newJobId } from './job-id.ts';
import { jobOfRow, type JobRow } from './job-row.ts';
import { announceQueue, type JobStore } from './job-store.ts';
import { checkRoom } from './queue-room.ts';
import { requestDigest } from './request-digest.ts';
import { placeOf, searchResult, takePlace } from './reuse/reuse-result.ts';
import type { ReuseTerms } from './reuse/reuse-terms.ts';
import { storedJson } from './stored-json.ts';
import { activeCarrier, contextOf, inSpan, traceIdOf, type TraceCarrier } from './trace-carrier.ts';

export interface Submission {
  readonly kind: string;
  readonly tenant: string;
  /** A repeat with the same id and content returns the same job. Absent: every call makes a job. */
  readonly requestId?: string;
  /** Survives JSON; references and small facts, at most 256 KiB. */
  readonly input: unknown;
  readonly labels?: Readonly<Record<string, string>>;
  /** -100 to 100, higher runs sooner among the tenant's own jobs. Default 0. */
  readonly priority?: number;
  /** Running time over all attempts. Absent: no limit. */
  readonly runTimeoutMs?: number;
  /** Point in time at which the job ends even if it never started. */
  readonly expireTime?: Date;
  /**
   * What makes two requests the same, where `input` holds chosen values that differ from call to call. Default: kind,
   * input, labels, priority, run timeout and expire time.
   */
  readonly content?: unknown;
  /** Default: the context that is active. */
  readonly traceContext?: TraceCarrier;
  /** The caller waits: the work belongs to the caller's trace. Otherwise it has a trace of its own, linked to it. */
  readonly attached?: boolean;
  /** The item of a batch that it is; noted together with the job. */
  readonly batch?: BatchPlace;
  /** What it is expected to cost, and may cost. Absent for work that costs nothing. */
  readonly expectedCost?: ExpectedCost;
  /** Whether an earlier result will do, and may be taken later. Absent: neither. */
  readonly reuse?: ReuseTerms;
}

export interface Submitted {
  readonly job: Job;
  /** False when a repeat found the job of the first time. */
  readonly created: boolean;
}

const MAX_INPUT_BYTES = 256 * 1024;
const MAX_LABELS = 32;

/**
 * Accepts a job. When it returns, the job is stored and survives the end of any process.
 * @throws INVALID_ARGUMENT; ALREADY_EXISTS (same request id, other content); RESOURCE_EXHAUSTED (queue full, with delay; spending
 * limit); FAILED_PRECONDITION (it may not cost what it would, or nobody knows what); UNAVAILABLE.
 */
export async function submitJob(store: JobStore, submission: Submission): Promise<Submitted> {
  const definition = checkSubmission(store, submission);
  const attributes = { [ATTR.jobKind]: submission.kind, [ATTR.queueName]: definition.queue };
  const parent = submission.traceContext === undefined ? context.active() : contextOf(submission.traceContext);
  return inSpan({ name: `send ${definition.queue}`, kind: SpanKind.PRODUCER, parent, attributes }, async (span) => {
    const carrier = activeCarrier();
    const digest = requestDigest(contentOf(submission));
    const created = await create(store, definition, submission, digest, carrier);
    // Undefined: the job of the first time is there, or was inserted by another call between our look and our insert.
    const job = created ?? (await joinRepeated(store.database.query, submission, digest));
    span.setAttribute(ATTR.jobId, job.id);
    if (created?.reuse) tellReuse(span, definition.queue, created.reuse);
    return { job, created: created !== undefined };
  });
}

async function create(
  store: JobStore,
  definition: JobDefinition,
  submission: Submission,
  digest: string,
  carrier: TraceCarrier,
): Promise<Job | undefined> {
  for (;;) {
    const search = await searchResult(store.database.query, submission);
    // Before the transaction: it would wait for a second connection while it holds one.
    const waiting = await store.loads.waiting(definition.queue);
    const created = await store.database.transaction(async (query) => {
      const repeated = await findRepeated(query, submission, digest);
      if (repeated !== undefined) return undefined;
      const place = await placeOf(query, search);
      if (place.kind === 'again') return 'again';
      if (place.kind === 'own') {
        await checkRoom(query, store, definition.queue, waiting);
        await checkSpending(query, store, submission);
      }
      const row = await insert(query, definition, costingNothing(submission, place.kind === 'hit'), digest, carrier);
      if (row === undefined) return undefined;
      if (submission.batch) await placeInBatch(query, submission.batch, row.id);
      await query(`select append_event($1, 'SUBMITTED', null, 0, null, null, null)`, [row.id]);
      await announceQueue(query);
      if (search) await takePlace(query, row.id, search, place);
      if (!search?.terms.read) return { ...jobOfRow(row), lastSequence: 1 };
      const [placed] = await query<JobRow>('select * from job where id = $1', [row.id]);
      return jobOfRow(placed!);
    });
    if (created === 'again') continue;
    const waits = created?.reuse === undefined || created.reuse.outcome === 'miss';
    if (created && waits) store.loads.noteAccepted(definition.queue);
    return created;
  }
}

/** A result that was paid for before costs nothing now. */
function costingNothing(submission: Submission, isHit: boolean): Submission {
  const { expectedCost } = submission;
  if (!isHit || !expectedCost?.estimate) return submission;
  return { ...submission, expectedCost: { ...expectedCost, estimate: timesMoney(expectedCost.estimate, 0) } };
}

/** Refuses what would be refused when it is ordered, while nothing has been done for it yet. */
async function checkSpending(query: Query, store: JobStore, { tenant, expectedCost }: Submission): Promise<void> {
  if (expectedCost === undefined || expectedCost.isAvoidable) return;
  const { estimate, maxCost, ...from } = expectedCost;
  await checkLimits(query, store.spendingLimits, { ...from, tenant, jobId: undefined, estimate, maxCost });
}

function tellReuse(span: Span, queue: string, { outcome, distance }: NonNullable<Job['reuse']>): void {
  const attributes = { [ATTR.cacheName]: `results of ${queue}`, [ATTR.cacheResult]: outcome };
  span.setAttributes({ ...attributes, ...(distance !== undefined && { [ATTR.cacheDistance]: distance }) });
  count(METRICS.cacheRequests, 1, attributes);
}

async function joinRepeated(query: Query, submission: Submission, digest: string): Promise<Job> {
  const job = (await findRepeated(query, submission, digest))!;
  if (submission.batch) await placeInBatch(query, submission.batch, job.id);
  return job;
}

function contentOf(submission: Submission): unknown {
  if (submission.content !== undefined) return submission.content;
  const { kind, input, labels = {}, priority = 0, runTimeoutMs, expireTime } = submission;
  return [kind, input, labels, priority, runTimeoutMs, expireTime];
}

async function insert(
  query: Query,
  definition: JobDefinition,
  submission: Submission,
  digest: string,
  carrier: TraceCarrier,
) {
  const [row] = await query<JobRow>(
    `insert into job (id, tenant, kind, queue, request_id, request_digest, labels, priority, input, run_timeout_ms, expire_time,
                      attached, trace_carrier, submit_trace_id, batch_id, expected_cost)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     on conflict (tenant, request_id) where request_id is not null do nothing
     returning *`,
    [
      newJobId(definition.idPrefix),
      submission.tenant,
      submission.kind,
      definition.queue,
      submission.requestId ?? null,
      digest,
      JSON.stringify(submission.labels ?? {}),
      submission.priority ?? 0,
      JSON.stringify(submission.input ?? null),
      submission.runTimeoutMs === undefined ? null : Math.round(submission.runTimeoutMs),
      submission.expireTime ?? null,
      submission.attached ?? false,
      JSON.stringify(carrier),
      traceIdOf(carrier) ?? null,
      submission.batch?.id ?? null,
      submission.expectedCost === undefined ? null : JSON.stringify(submission.expectedCost),
    ],
  );
  return row;
}

async function findRepeated(query: Query, submission: Submission, digest: string): Promise<Job | undefined> {
  if (submission.requestId === undefined) return undefined;
  const [row] = await query<JobRow>('select * from job where tenant = $1 and request_id = $2', [submission.tenant, submission.requestId]); // prettier-ignore
  if (row === undefined || row.request_digest === digest) return row && jobOfRow(row);
  throw new FramesongError(
    `request_id ${submission.requestId} was used for another request (job ${row.id}): a new request takes a new id, a repeat the same content`,
    { code: 'ALREADY_EXISTS', reason: 'REQUEST_ID_REUSED', resource: { type: 'job', name: row.id } },
  );
}

function checkSubmission(store: JobStore, submission: Submission): JobDefinition {
  const faults: FieldViolation[] = [];
  const check = (good: boolean, field: string, description: string): void => {
    if (!good) faults.push({ field, description });
  };
  const { tenant, requestId, priority = 0, runTimeoutMs, labels = {} } = submission;
  check(tenant.length >= 1 && tenant.length <= 128, 'tenant', 'must have 1 to 128 characters');
  check(
    requestId === undefined || (requestId.length >= 1 && requestId.length <= 128),
    'request_id',
    'must have 1 to 128 characters',
  );
  check(Number.isInteger(priority) && Math.abs(priority) <= 100, 'priority', `must be -100 to 100, is ${priority}`);
  const texts = [tenant, requestId, submission.input, labels];
  check(
    storedJson(texts) === JSON.stringify(texts.map((text) => text ?? null)),
    'input',
    'must not hold the zero character',
  );
  check(runTimeoutMs === undefined || runTimeoutMs > 0, 'run_timeout', 'must be positive');
  check(Object.keys(labels).length <= MAX_LABELS, 'labels', `must be at most ${MAX_LABELS}`);
  const inputBytes = Buffer.byteLength(JSON.stringify(submission.input ?? null));
  check(
    inputBytes <= MAX_INPUT_BYTES,
    'input',
    `must be at most ${MAX_INPUT_BYTES} bytes as JSON, is ${inputBytes}: send media by reference`,
  );
  if (faults.length > 0) throw invalidArgument(faults);
  const definition = store.definitions.get(submission.kind);
  if (definition === undefined) {
    throw new FramesongError(`service ${store.service} has no jobs of kind ${submission.kind}`, {
      code: 'UNIMPLEMENTED',
      reason: 'UNKNOWN_JOB_KIND',
    });
  }
  return definition;
}
