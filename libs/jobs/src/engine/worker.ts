import { toFramesongError } from '@framesong/errors';
import { ATTR, log } from '@framesong/telemetry';
import { EventEmitter, once } from 'node:events';
import { watchQueues } from '../gauges.ts';
import type { JobStore } from '../job-store.ts';
import type { LiveQueueLimits } from '../queue-limits.ts';
import type { ActiveRun } from '../run/active-run.ts';
import { failRun } from '../run/end-run.ts';
import { runJob, type RunReturn } from '../run/run-job.ts';
import { jobCancelled, processEnds, takenOver } from '../run/run-limits.ts';
import { startEngine, type Engine } from './dbos.ts';
import { startDispatcher } from './dispatcher.ts';
import { startHeartbeat } from './heartbeat.ts';
import { startMaintenance } from './maintenance.ts';

export interface WorkerOptions {
  readonly databaseUrl: string;
  readonly executorId: string;
  readonly pollIntervalMs?: number;
  readonly beatIntervalMs?: number;
  readonly deadAfterMs?: number;
  readonly maxCrashes?: number;
  readonly abortGraceMs?: number;
  readonly retentionMs?: number;
}

/** The part of a process that runs jobs. */
export interface Worker {
  /** Fires the signal of a cancelled job, when it runs here, without waiting to be told by the database. */
  stopRun(jobId: string): void;
  /** Starts nothing new and waits for what runs, until `signal` fires. */
  drain(signal: AbortSignal): Promise<void>;
  /** Stops what runs; it goes on in the next worker. */
  stop(): Promise<void>;
}

const THIRTY_DAYS_MS = 30 * 86_400_000;
const LOOK_INTERVAL_MS = 1000;

export async function startWorker(store: JobStore, limits: LiveQueueLimits, options: WorkerOptions): Promise<Worker> {
  const active = new Map<string, ActiveRun>();
  const abandoned = new AbortController();
  const changed = new EventEmitter();
  const state: { taking: boolean; engine?: Engine } = { taking: true };
  const { beatIntervalMs = 5000, deadAfterMs = 20_000, maxCrashes = 3, abortGraceMs = 10_000 } = options;
  // Read through a function: it changes while a run is waited for.
  const isStopping = (): boolean => !state.taking;
  const never = new Promise<never>(() => undefined);

  const runOnce = async (jobId: string): Promise<RunReturn> => {
    let token: string | undefined;
    const onToken = (next: string): void => void (token = next);
    try {
      return await runJob(
        store,
        { maxCrashes, abortGraceMs, abandoned: abandoned.signal, active, check: () => heartbeat.check() },
        jobId,
        onToken,
      );
    } catch (error) {
      if (isStopping()) return 'left';
      log.error({ [ATTR.jobId]: jobId, err: error }, 'a run could not be carried out');
      await failRun(store.database, jobId, token, toFramesongError(error), abandoned.signal);
      return 'done';
    } finally {
      changed.emit('ended');
    }
  };
  // A start that is left, or that came while we stop, stays recorded as running, so that the next worker has it.
  const run = async (jobId: string): Promise<void> => {
    if (isStopping() || (await runOnce(jobId)) === 'left') await never;
  };

  /** Another process has our name: what runs here is its business now. */
  const retire = (): void => {
    state.taking = false;
    state.engine?.pause();
    for (const { limits } of active.values()) limits.end('taken_over', takenOver());
  };

  const heartbeat = await startHeartbeat(
    store,
    { executorId: options.executorId, beatIntervalMs, deadAfterMs, active, onReplaced: () => retire() },
    () => state.engine,
  );
  await using opened = new AsyncDisposableStack();
  opened.defer(() => heartbeat.stop());
  const started = await startEngine({
    service: store.service,
    databaseUrl: options.databaseUrl,
    executorId: options.executorId,
    queues: store.queues,
    pollIntervalMs: options.pollIntervalMs ?? 50,
    query: store.database.query,
    run,
  });
  state.engine = started;
  opened.defer(() => started.stop());
  const dispatcher = startDispatcher(store, started, LOOK_INTERVAL_MS);
  opened.defer(() => dispatcher.stop());
  opened.defer(
    limits.onChange((queues) => {
      started.setLimits(queues).catch((error: unknown) => log.warn({ err: error }, 'new limits were not passed on'));
      dispatcher.look();
    }),
  );
  opened.use(watchQueues(store));
  opened.use(startMaintenance(store, started, options.retentionMs ?? THIRTY_DAYS_MS));
  const parts = opened.move();

  const untilIdle = async (signal: AbortSignal): Promise<void> => {
    while (active.size > 0 && !signal.aborted) await once(changed, 'ended', { signal }).catch(() => undefined);
  };
  return {
    stopRun: (jobId) => active.get(jobId)?.limits.end('cancelled', jobCancelled()),
    async drain(signal) {
      state.taking = false;
      started.pause();
      await dispatcher.stop();
      await untilIdle(signal);
    },
    async stop() {
      state.taking = false;
      started.pause();
      for (const { limits } of active.values()) limits.end('left', processEnds());
      await untilIdle(AbortSignal.timeout(abortGraceMs + 1000));
      abandoned.abort();
      await parts.disposeAsync();
    },
  };
}
