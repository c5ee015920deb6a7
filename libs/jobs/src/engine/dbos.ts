import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import { migrateSystemDatabase } from '@dbos-inc/dbos-sdk/internal/system_database';
import { dbRetryConfig } from '@dbos-inc/dbos-sdk/internal/utils';
import { wfQueueRunner } from '@dbos-inc/dbos-sdk/internal/wfqueue';
import { log } from '@framesong/telemetry';
import type { ClientBase } from 'pg';
import { openEnginePool, type Query } from '../database.ts';
import type { QueueLimits } from '../job-store.ts';
import { holdingLock } from './session-lock.ts';
import { createStartLedger } from './start-ledger.ts';

// The only file that names DBOS. Its workflows hold no state of ours: one workflow is one start of a job, and what DBOS
// gives is that it is started by exactly one worker, within the limits of its queue, and again after a crash.

/** The durable queue and its executor in this process. */
export interface Engine {
  /** Puts a start of a job on its queue, in the caller's transaction. */
  enqueue(
    client: ClientBase,
    start: { readonly jobId: string; readonly release: number; readonly queue: string },
  ): Promise<void>;
  /** Puts back starts that this executor was given and never heard of, because the answer was lost; returns how many. */
  reclaim(): Promise<number>;
  /** Sets the limits of the queues for all workers; each has them within a second. */
  setLimits(queues: Readonly<Record<string, QueueLimits>>): Promise<void>;
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
  readonly query: Query;
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
/** For its executor and its client together. */
const POOL_SIZE = 8;
/** Ours counts crashes only and ends a job much earlier. */
const NEVER = 1_000_000_000;

const logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (entry: unknown) => log.debug({ engine: String(entry) }, 'job engine'),
  error: (entry: unknown) => log.warn({ engine: String(entry) }, 'job engine'),
};

/** Starts the executor of this process; there can be one. Jobs that ran under this executor id before are started again. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { service } = options;
  const { databaseUrl } = options;
  const pool = openEnginePool(databaseUrl, POOL_SIZE);
  const schema = engineSchema(service);
  // Its pause between tries after a lost connection would grow to a minute.
  dbRetryConfig.maxBackoffSec = 1;
  // One at a time: two that make the tables at once can stand in each other's way.
  await holdingLock(databaseUrl, `migrate ${schema}`, () =>
    migrateSystemDatabase(databaseUrl, logger as never, schema),
  );
  const client = await DBOSClient.create({
    systemDatabaseUrl: databaseUrl,
    systemDatabaseSchemaName: schema,
    systemDatabasePool: pool,
    applicationName: service,
    logger,
  });
  const setLimits = async (queues: Readonly<Record<string, QueueLimits>>): Promise<void> => {
    for (const [name, { concurrency, perWorkerConcurrency = concurrency }] of Object.entries(queues)) {
      await client.registerQueue(name, {
        partitionConcurrency: concurrency,
        partitionWorkerConcurrency: Math.min(perWorkerConcurrency, concurrency),
        minPollingIntervalMs: options.pollIntervalMs,
        onConflict: 'always_update',
      });
    }
  };
  // Before the launch, since queues that come later are looked for once a second only.
  await setLimits(options.queues);
  const starts = createStartLedger(schema, options.executorId, options.query);
  const run = (jobId: string): Promise<void> => starts.inHand(DBOS.workflowID ?? '', () => options.run(jobId));
  DBOS.setConfig({
    name: service,
    systemDatabaseUrl: databaseUrl,
    systemDatabaseSchemaName: schema,
    systemDatabasePool: pool,
    executorID: options.executorId,
    applicationVersion: APPLICATION_VERSION,
    useListenNotify: false,
    tracingEnabled: false,
    enableOTLP: false,
    logger,
  });
  DBOS.registerWorkflow(run, { name: WORKFLOW, maxRecoveryAttempts: NEVER });
  await DBOS.launch();

  return {
    async enqueue(caller, { jobId, release, queue }) {
      await client.enqueueInTransaction(
        caller,
        { workflowName: WORKFLOW, workflowID: startId(jobId, release), queueName: queue, queuePartitionKey: PARTITION },
        jobId,
      );
    },
    reclaim: () => starts.reclaim(),
    setLimits,
    forget: (ids) => client.deleteWorkflows([...ids]),
    pause: () => wfQueueRunner.stop(),
    async stop() {
      await DBOS.shutdown({ deregister: true });
      await client.destroy();
      await pool.end();
    },
  };
}
