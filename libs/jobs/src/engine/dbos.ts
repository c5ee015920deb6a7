import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor';
import { migrateSystemDatabase } from '@dbos-inc/dbos-sdk/internal/system_database';
import { dbRetryConfig } from '@dbos-inc/dbos-sdk/internal/utils';
import { wfQueueRunner } from '@dbos-inc/dbos-sdk/internal/wfqueue';
import { log } from '@framesong/telemetry';
import type { ClientBase } from 'pg';
import type { QueueLimits } from '../job-store.ts';

// The only file that names DBOS. Its workflows hold no state of ours: one workflow is one start of a job, and what DBOS
// gives is that it is started by exactly one worker, within the limits of its queue, and again after a crash.

/** The durable queue and its executor in this process. */
export interface Engine {
  /** Puts a start of a job on its queue, in the caller's transaction. */
  enqueue(
    client: ClientBase,
    start: { readonly jobId: string; readonly release: number; readonly queue: string },
  ): Promise<void>;
  /** Puts the running jobs of dead executors back on their queues. */
  recover(executorIds: readonly string[]): Promise<number>;
  /** Forgets starts that are over. */
  forget(starts: readonly string[]): Promise<void>;
  /** Takes nothing new. */
  pause(): void;
  /** Takes nothing new and lets go of the database; what runs stays recorded as running. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly service: string;
  readonly databaseUrl: string;
  readonly executorId: string;
  readonly queues: Readonly<Record<string, QueueLimits>>;
  readonly pollIntervalMs: number;
  /** One start of a job. A promise that never settles leaves it recorded as running. */
  readonly run: (jobId: string) => Promise<void>;
}

/** Schema of the engine's own tables. */
export function engineSchema(service: string): string {
  return `framesong_${service}_engine`;
}

/** Id of the n-th start of a job. */
export function startId(jobId: string, release: number): string {
  return `${jobId}:${String(release)}`;
}

const WORKFLOW = 'run-job';
/** A hash of the source is the default, so that every edit would strand jobs; kinds carry their versions instead. */
const APPLICATION_VERSION = 'v1';
/** Limits per partition are strict where global ones have a gap under priorities; so everything is one partition. */
const PARTITION = 'all';
/** Ours counts crashes only and ends a job much earlier. */
const NEVER = 1_000_000_000;

const logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (entry: unknown) => log.debug({ engine: String(entry) }, 'job engine'),
  error: (entry: unknown) => log.warn({ engine: String(entry) }, 'job engine'),
};

/** The limit as a start option: the engine would set it by a query of its own, in a way that pg is about to refuse. */
function withIdleLimit(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', `${given === null ? '' : `${given} `}-c idle_in_transaction_session_timeout=60000`);
  return url.href;
}

/** Starts the executor of this process; there can be one. Jobs that ran under this executor id before are started again. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { service } = options;
  const databaseUrl = withIdleLimit(options.databaseUrl);
  const schema = engineSchema(service);
  // Its pause between tries after a lost connection would grow to a minute.
  dbRetryConfig.maxBackoffSec = 1;
  await migrateSystemDatabase(databaseUrl, logger as never, schema);
  const client = await DBOSClient.create({
    systemDatabaseUrl: databaseUrl,
    systemDatabaseSchemaName: schema,
    systemDatabasePoolSize: 2,
    applicationName: service,
    logger,
  });
  // Before the launch, since queues that come later are looked for once a second only.
  for (const [name, { concurrency, perWorkerConcurrency = concurrency }] of Object.entries(options.queues)) {
    await client.registerQueue(name, {
      partitionConcurrency: concurrency,
      partitionWorkerConcurrency: Math.min(perWorkerConcurrency, concurrency),
      minPollingIntervalMs: options.pollIntervalMs,
      onConflict: 'always_update',
    });
  }
  DBOS.setConfig({
    name: service,
    systemDatabaseUrl: databaseUrl,
    systemDatabaseSchemaName: schema,
    systemDatabasePoolSize: 6,
    executorID: options.executorId,
    applicationVersion: APPLICATION_VERSION,
    useListenNotify: false,
    tracingEnabled: false,
    enableOTLP: false,
    logger,
  });
  DBOS.registerWorkflow(options.run, { name: WORKFLOW, maxRecoveryAttempts: NEVER });
  await DBOS.launch();

  return {
    async enqueue(caller, { jobId, release, queue }) {
      await client.enqueueInTransaction(
        caller,
        { workflowName: WORKFLOW, workflowID: startId(jobId, release), queueName: queue, queuePartitionKey: PARTITION },
        jobId,
      );
    },
    async recover(executorIds) {
      const executor = DBOSExecutor.globalInstance;
      if (executor?.initialized !== true) return 0;
      return (await executor.recoverPendingWorkflows([...executorIds])).length;
    },
    forget: (starts) => client.deleteWorkflows([...starts]),
    pause: () => wfQueueRunner.stop(),
    async stop() {
      await DBOS.shutdown({ deregister: true });
      await client.destroy();
    },
  };
}
