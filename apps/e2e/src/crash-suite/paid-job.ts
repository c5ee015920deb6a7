import { FramesongError, unavailable } from '@framesong/errors';
import { defineJob, type JobContext, type JobDefinition } from '@framesong/jobs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * The kinds of paid work: at a provider that knows repeats by a key, at one that does not, and by an order in the ledger, at one
 * that does not either.
 */
export const PAID_KINDS = { keyed: 'paid-keyed.v1', blind: 'paid-blind.v1', ordered: 'paid-ordered.v1' } as const;

type PaidKind = keyof typeof PAID_KINDS;

export const PAID_QUEUE = 'paid';
export const PAID_STEPS = ['prepare', 'buy', 'wait for task', 'store'] as const;

/** What a worker writes down of its work. */
export interface Note {
  readonly what: 'run' | 'run ended' | 'step' | 'step ended';
  readonly jobId: string;
  readonly step?: string;
}

interface PaidParts {
  readonly providerUrl: string;
  readonly note: (note: Note) => void;
}

/**
 * Work that pays once: the order is a step of its own, so that the provider's task id is saved before anything waits on it.
 * Where the provider knows no keys and an order may have been sent before, nothing is bought again.
 */
export function paidJobs(parts: PaidParts): JobDefinition[] {
  return (['keyed', 'blind', 'ordered'] as const).map((kind) =>
    defineJob({ kind: PAID_KINDS[kind], idPrefix: 'paid', queue: PAID_QUEUE, run: (job) => work(parts, job, kind) }),
  );
}

async function work({ providerUrl, note }: PaidParts, job: JobContext<null>, kind: PaidKind): Promise<object> {
  note({ what: 'run', jobId: job.id });
  const step = <T>(name: (typeof PAID_STEPS)[number], body: (key: string, attempt: number) => Promise<T>): Promise<T> =>
    job.step(name, async ({ idempotencyKey, attempt }) => {
      note({ what: 'step', jobId: job.id, step: name });
      try {
        return await body(idempotencyKey, attempt);
      } finally {
        note({ what: 'step ended', jobId: job.id, step: name });
      }
    });
  try {
    await step('prepare', () => pause(150, null, { signal: job.signal }));
    job.progress({ stage: 'buy', percent: 30, provenance: 'by_stage' });
    const taskId = await step('buy', (key, attempt) =>
      kind === 'ordered' ? order(providerUrl, job) : buy(providerUrl, job, kind === 'keyed' ? key : undefined, attempt),
    );
    job.progress({ stage: 'wait for task', percent: 50, provenance: 'by_stage' });
    await step('wait for task', () => untilDone(`${providerUrl}/task/${taskId}`, job.signal));
    return await step('store', async () => {
      await pause(100, null, { signal: job.signal });
      return { taskId };
    });
  } finally {
    note({ what: 'run ended', jobId: job.id });
  }
}

/** Its own notes, and not those of steps, say whether it was sent before. */
async function order(url: string, job: JobContext<null>): Promise<string> {
  const terms = { key: '', provider: 'shop', model: 'task', estimate: { currency: 'USD', amount: '0.01' } };
  const { taskId } = await job.orderOnce(terms, async (paid) => {
    if (paid.savedTaskId !== undefined) return { taskId: paid.savedTaskId };
    const bought = await buy(url, job, undefined, 1).catch(() => {
      throw sentUnknown();
    });
    await paid.saveTaskId(bought);
    return { taskId: bought };
  });
  return taskId;
}

async function buy(url: string, job: JobContext<null>, key: string | undefined, attempt: number): Promise<string> {
  if (key === undefined && attempt > 1) throw sentUnknown();
  for (;;) {
    try {
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      const answer = await fetch(`${url}/buy?job=${job.id}`, { method: 'POST', headers, signal: job.signal });
      return ((await answer.json()) as { taskId: string }).taskId;
    } catch (thrown) {
      if (job.signal.aborted) throw thrown;
      if (key === undefined) throw sentUnknown();
    }
  }
}

async function untilDone(url: string, signal: AbortSignal): Promise<null> {
  for (;;) {
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw unavailable('the provider does not know the task', 'TASK_UNKNOWN', 100);
    if (((await answer.json()) as { done: boolean }).done) return null;
    await pause(50, null, { signal });
  }
}

function sentUnknown(): FramesongError {
  return new FramesongError('the order may have been taken; it is not sent again', {
    code: 'UNAVAILABLE',
    reason: 'ORDER_UNKNOWN',
    outcome: 'sent_unknown',
  });
}
