import { toFramesongError } from '@framesong/errors';
import type { BatchPlace, ExpectedCost, Jobs, ReuseTerms, Submitted } from '@framesong/jobs';
import type { CallContext } from '@framesong/rpc';
import { annotate, ATTR } from '@framesong/telemetry';
import { withQueueNotice, withSpendingNotice } from './localized-error.ts';

/**
 * What the caller of a job does: `leaves` after it was accepted; `waits`, so the work belongs to the caller's trace; or
 * `waits to the end`, so it also ends with the caller's deadline.
 */
export type Caller = 'waits' | 'waits to the end' | 'leaves';

/** A job as a call asks for it. */
export interface CallSubmission {
  readonly kind: string;
  readonly input: unknown;
  /** Empty: no repeat is recognised. */
  readonly requestId: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly priority: number;
  readonly runTimeoutMs: number;
  readonly expireTime: Date | undefined;
  /** What makes a repeat the same, where that is not all of the above. */
  readonly content?: unknown;
  /** What it is expected to cost, and may cost. Absent for work that costs nothing. */
  readonly expectedCost?: ExpectedCost | undefined;
  /** The item of a batch that it is. */
  readonly batch?: BatchPlace | undefined;
  /** Whether an earlier result will do, and may be taken later. */
  readonly reuse?: ReuseTerms | undefined;
}

/**
 * Submits a job for a call, in the caller's tenant. When it returns, the job is durable.
 * @throws FramesongError ALREADY_EXISTS, RESOURCE_EXHAUSTED, UNAVAILABLE
 */
export async function submitForCall(
  jobs: Jobs,
  submission: CallSubmission,
  call: CallContext,
  caller: Caller,
): Promise<Submitted> {
  const { kind, input, requestId, priority, runTimeoutMs, expireTime } = submission;
  const labels = Object.fromEntries(submission.labels);
  const endsAt = caller === 'waits to the end' ? earlier(expireTime, call.deadlineEpochMs) : expireTime;
  annotate({ [ATTR.tenant]: call.tenant, ...(requestId && { [ATTR.requestId]: requestId }) });
  const submitting = jobs.submit({
    kind,
    tenant: call.tenant,
    ...(requestId && { requestId }),
    input,
    labels,
    priority,
    runTimeoutMs,
    ...(endsAt && { expireTime: endsAt }),
    // A repeat comes with a deadline of its own and is the same request all the same.
    content: submission.content ?? [kind, input, labels, priority, runTimeoutMs, expireTime, ...maxCostOf(submission)],
    attached: caller !== 'leaves',
    ...(submission.expectedCost && { expectedCost: submission.expectedCost }),
    ...(submission.batch && { batch: submission.batch }),
    ...(submission.reuse && { reuse: submission.reuse }),
  });
  const submitted = await submitting.catch((thrown: unknown) => {
    throw withSpendingNotice(withQueueNotice(toFramesongError(thrown), call.language), call.language);
  });
  const { id, reuse } = submitted.job;
  annotate({ [ATTR.jobId]: id, ...(reuse && { [ATTR.cacheResult]: reuse.outcome }) });
  return submitted;
}

/** Part of the content only where it is given, so that requests of older programs stay what they were. */
function maxCostOf({ expectedCost }: CallSubmission): unknown[] {
  return expectedCost?.maxCost ? [expectedCost.maxCost] : [];
}

function earlier(time: Date | undefined, epochMs: number): Date | undefined {
  const earliest = Math.min(time?.getTime() ?? Infinity, epochMs);
  return Number.isFinite(earliest) ? new Date(earliest) : undefined;
}
