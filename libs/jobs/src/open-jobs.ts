import { FramesongError, invalidField } from '@framesong/errors';
import type { RemainingOptions, RemainingTime } from '@framesong/estimates';
import { log } from '@framesong/telemetry';
import { openBatches, type Batches } from './batches/open-batches.ts';
import { cancelJob, deleteJob, retryJob } from './cancel-job.ts';
import { readCosts, type JobCosts } from './costs/read-costs.ts';
import { spendingLimitsOf, type SpendingLimitTexts } from './costs/spending-limits.ts';
import { readSpending, type Spending, type SpendingQuery } from './costs/read-spending.ts';
import { connectDatabase } from './database.ts';
import type { JobDefinition } from './define-job.ts';
import { digestsInJobs, type DigestInJob } from './digests-in-jobs.ts';
import { openDurations, type Durations } from './durations/durations.ts';
import { remainingTime } from './durations/remaining-time.ts';
import { expireQueuedJobs } from './engine/expire-queued.ts';
import { startWorker, type Worker } from './engine/worker.ts';
import type { Job, JobEvent } from './job.ts';
import { jobOfRow } from './job-row.ts';
import { findJobRow, type JobStore, type QueueLimits } from './job-store.ts';
import { listJobs, type JobPage, type JobPageRequest } from './list-jobs.ts';
import { migrate } from './migrate.ts';
import { openNotifications } from './notifications.ts';
import { openQueueLimits, type QueueLimitChange } from './queue-limits.ts';
import { openQueueLoads } from './queue-load.ts';
import { openQueues, type Queues } from './queue-status.ts';
import { submitJob, type Submission, type Submitted } from './submit-job.ts';
import { createSilenceReader, type UsualSilence } from './usual-silence.ts';
import { waitForJob, watchJob } from './watch-job.ts';

export interface OpenJobsOptions extends SpendingLimitTexts {
  /** Lower-case letters, for example `image`: its schemas in the database are named after it. */
  readonly service: string;
  readonly databaseUrl: string;
  /** Unique among living processes and the same again after a restart: what ran in this process then goes on at once. */
  readonly executorId: string;
  /** `api`: accepts, tells and cancels. `worker` and `all`: also runs jobs; one per process. */
  readonly role: 'api' | 'worker' | 'all';
  readonly definitions: readonly JobDefinition[];
  readonly queues: Readonly<Record<string, QueueLimits>>;
  /** Service by id prefix, of the other services too: an id that came to the wrong one is sent to the right one. */
  readonly services?: Readonly<Record<string, string>>;
  /** Default 50. */
  readonly pollIntervalMs?: number;
  /** Default 5000. */
  readonly beatIntervalMs?: number;
  /** Default 20000. */
  readonly deadAfterMs?: number;
  /** Default 3. */
  readonly maxCrashes?: number;
  /** Default 10000. */
  readonly abortGraceMs?: number;
  /** Default 30 days. */
  readonly retentionMs?: number;
  /** Jobs that may wait in a queue that names no limit of its own. Default 10000. */
  readonly maxWaiting?: number;
}

/** The durable jobs of one service. Operations throw UNAVAILABLE with retry advice while the database is away. */
export interface Jobs extends AsyncDisposable {
  submit(submission: Submission): Promise<Submitted>;
  get(tenant: string, jobId: string): Promise<Job>;
  list(tenant: string, request?: JobPageRequest): Promise<JobPage>;
  watch(
    tenant: string,
    jobId: string,
    afterSequence: number,
    signal: AbortSignal,
  ): AsyncGenerator<JobEvent, void, undefined>;
  wait(tenant: string, jobId: string, signal: AbortSignal): Promise<Job>;
  cancel(tenant: string, jobId: string, why?: string): Promise<Job>;
  retry(tenant: string, jobId: string): Promise<Job>;
  delete(tenant: string, jobId: string): Promise<void>;
  readonly queues: Queues;
  /**
   * Changes the limits of a queue for all processes while they run; each has them within a second, and keeps them over
   * restarts. Jobs that run are not stopped by a lower limit.
   * @throws NOT_FOUND; INVALID_ARGUMENT; UNAVAILABLE.
   */
  setQueueLimits(name: string, change: QueueLimitChange): Promise<QueueLimits>;
  /** How long jobs of a kind are usually silent while they run. */
  usualSilence(kind: string): Promise<UsualSilence>;
  readonly batches: Batches;
  /** How long works have taken, over all replicas and restarts. */
  readonly durations: Durations;
  /**
   * How much longer a job is expected to run, from the history of its kind of work; a waiting one, once it begins. Undefined
   * for one that has ended.
   * @param defaults how long the whole takes while there is no history
   */
  remaining(job: Job, defaults: RemainingOptions['defaults']): Promise<RemainingTime | undefined>;
  /** What was ordered for jobs, by their ids; jobs that cost nothing are not among them. */
  costs(jobs: readonly Job[]): Promise<ReadonlyMap<string, JobCosts>>;
  /** What was spent in a period, also for jobs that are deleted by now. */
  spending(query: SpendingQuery): Promise<Spending>;
  /** All content that jobs of this service refer to, for whoever clears away what nothing refers to. */
  digests(): AsyncIterable<DigestInJob>;
  /** Whether the database answers. */
  isHealthy(): boolean;
  /** Tells each change. Returns the function that ends it. */
  onHealthChange(listener: (healthy: boolean) => void): () => void;
  /** Starts nothing new; resolves when what runs here has ended, or `signal` fires. Reading and submitting go on. */
  drain(signal: AbortSignal): Promise<void>;
  /** Ends everything here, watches and waits too, with UNAVAILABLE. Running jobs are stopped and go on in the next worker, after their last finished step. */
  close(): Promise<void>;
}

/**
 * Opens the jobs of a service: brings its schema up to date and, as a worker, goes on with what was running.
 * @throws FAILED_PRECONDITION (executor id in use, database too new), UNAVAILABLE (no database).
 */
export async function openJobs(options: OpenJobsOptions): Promise<Jobs> {
  const { service, databaseUrl, executorId } = options;
  if (!/^[a-z]{2,20}$/.test(service)) throw new FramesongError(`service must be 2 to 20 lower-case letters, is ${service}`, { code: 'INVALID_ARGUMENT', reason: 'INVALID_SERVICE' }); // prettier-ignore
  checkBeats(options);
  await using opened = new AsyncDisposableStack();
  const schema = `framesong_${service}`;
  const database = connectDatabase({ url: databaseUrl, schema });
  opened.defer(() => database.close());
  await migrate(database);
  const notifications = await openNotifications({ url: databaseUrl, schema, executorId });
  opened.defer(() => notifications.close());
  const durations = openDurations(database);
  opened.defer(() => durations.close());
  const limits = await openQueueLimits(database, notifications, withRoom(options));
  opened.defer(() => limits.close());
  const own = Object.fromEntries(options.definitions.map(({ idPrefix }) => [idPrefix, service]));
  const store: JobStore = {
    service,
    database,
    notifications,
    durations,
    definitions: new Map(options.definitions.map((definition) => [definition.kind, definition])),
    get queues() {
      return limits.current;
    },
    loads: openQueueLoads(database),
    spendingLimits: spendingLimitsOf(options),
    services: { ...options.services, ...own },
  };
  const worker: Worker | undefined = options.role === 'api' ? undefined : await startWorker(store, limits, options);
  if (worker === undefined) opened.use(expireQueuedJobs(store));
  else opened.defer(() => worker.stop());
  log.info({ service, executorId, role: options.role }, 'jobs are open');
  const parts = opened.move();

  const close = async (): Promise<void> => {
    await parts.disposeAsync();
    // Who still watches or waits here is told that it ends, and can go on elsewhere.
    notifications.wakeAll();
  };
  return {
    submit: (submission) => submitJob(store, submission),
    get: async (tenant, jobId) => jobOfRow(await findJobRow(store, tenant, jobId)),
    list: (tenant, request) => listJobs(store, tenant, request),
    watch: (tenant, jobId, afterSequence, signal) => watchJob(store, tenant, jobId, afterSequence, signal),
    wait: (tenant, jobId, signal) => waitForJob(store, tenant, jobId, signal),
    async cancel(tenant, jobId, why) {
      const job = await cancelJob(store, tenant, jobId, why);
      worker?.stopRun(jobId);
      return job;
    },
    retry: (tenant, jobId) => retryJob(store, tenant, jobId),
    delete: (tenant, jobId) => deleteJob(store, tenant, jobId),
    queues: openQueues(store),
    setQueueLimits: (name, change) => limits.set(name, change),
    usualSilence: createSilenceReader(store),
    batches: openBatches(store),
    durations,
    remaining: (job, defaults) => remainingTime(store, job, defaults),
    costs: (jobs) => readCosts(database.query, jobs),
    spending: (query) => readSpending(store, query),
    digests: () => digestsInJobs(store),
    isHealthy: () => notifications.connected,
    onHealthChange: (listener) => notifications.onConnected(listener),
    drain: (signal) => worker?.drain(signal) ?? Promise.resolve(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function withRoom({ queues, maxWaiting }: OpenJobsOptions): Readonly<Record<string, QueueLimits>> {
  if (maxWaiting === undefined) return queues;
  return Object.fromEntries(Object.entries(queues).map(([name, limits]) => [name, { maxWaiting, ...limits }]));
}

function checkBeats({ beatIntervalMs = 5000, deadAfterMs = 20_000 }: OpenJobsOptions): void {
  if (deadAfterMs >= 3 * beatIntervalMs) return;
  throw invalidField('dead_after', `must be at least three beats (${3 * beatIntervalMs} ms), is ${deadAfterMs} ms`);
}
