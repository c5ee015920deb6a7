import { FramesongError, notFound } from '@framesong/errors';
import type { SpendingLimits } from './costs/spending-limits.ts';
import type { Database, Query } from './database.ts';
import type { JobDefinition } from './define-job.ts';
import type { Durations } from './durations/durations.ts';
import { prefixOf } from './job-id.ts';
import type { JobRow } from './job-row.ts';
import type { Notifications } from './notifications.ts';
import type { QueueLoads } from './queue-load.ts';

/** Limits of one queue. All replicas must agree on them; the worker that started last wins. */
export interface QueueLimits {
  /** Jobs that run at once over all workers. */
  readonly concurrency: number;
  /** Jobs that run at once in one worker. Default: `concurrency`. */
  readonly perWorkerConcurrency?: number;
  /** Waiting jobs beyond which submissions are refused. Default 10000. */
  readonly maxWaiting?: number;
}

/** What every operation on jobs needs. */
export interface JobStore {
  readonly service: string;
  readonly database: Database;
  readonly notifications: Notifications;
  readonly durations: Durations;
  readonly definitions: ReadonlyMap<string, JobDefinition>;
  readonly queues: Readonly<Record<string, QueueLimits>>;
  readonly loads: QueueLoads;
  readonly spendingLimits: SpendingLimits;
  /** Which service has the ids of a prefix. */
  readonly services: Readonly<Record<string, string>>;
}

/**
 * The row of a tenant's job.
 * @throws NOT_FOUND: unknown, of another tenant (no difference is told), or of another service, which is then named.
 */
export async function findJobRow(
  store: JobStore,
  tenant: string,
  jobId: string,
  query: Query = store.database.query,
): Promise<JobRow> {
  checkService(store, jobId);
  const [row] = await query<JobRow>('select * from job where id = $1 and tenant = $2', [jobId, tenant]);
  if (row === undefined)
    throw notFound('job', jobId, 'it was never submitted, was deleted, or belongs to another tenant');
  return row;
}

function checkService(store: JobStore, jobId: string): void {
  const prefix = prefixOf(jobId, Object.keys(store.services));
  const home = store.services[prefix];
  if (home === undefined || home === store.service) return;
  throw new FramesongError(`job ${jobId} is not of service ${store.service}: ask service ${home}`, {
    code: 'NOT_FOUND',
    reason: 'JOB_OF_OTHER_SERVICE',
    resource: { type: 'job', name: jobId },
    metadata: { service: home },
  });
}

/** Tells all workers that a queue may have something to start. */
export async function announceQueue(query: Query): Promise<void> {
  await query(`select pg_notify(current_schema(), 'queue')`);
}
