import { log } from '@framesong/telemetry';
import { randomUUID } from 'node:crypto';
import { isDatabaseUnavailable } from '../database.ts';
import type { JobStore } from '../job-store.ts';
import type { ActiveRun } from '../run/active-run.ts';
import { cutOff, jobCancelled, takenOver } from '../run/run-limits.ts';
import type { Engine } from './dbos.ts';
import { takeOverDead, type TakeOverOptions } from './take-over.ts';

export interface HeartbeatOptions {
  readonly executorId: string;
  readonly beatIntervalMs: number;
  /** Without a beat for this long an executor counts as dead. */
  readonly deadAfterMs: number;
  readonly active: ReadonlyMap<string, ActiveRun>;
  /** Called when another process has taken the id of this one, which had lost its hold of it. */
  readonly onReplaced: () => void;
}

export interface Heartbeat {
  /** Ends what runs here when this worker has lost its hold of it: after a freeze this may be the first to notice. */
  check(): void;
  /** Says good-bye, so that others take over at once. */
  stop(): Promise<void>;
}

const TAKE_ID = `
insert into executor (id, beat_at, instance) values ($1, now(), $2)
    on conflict (id) do update set beat_at = now(), instance = $2`;
const BEAT = `
insert into executor (id, beat_at, instance) values ($1, now(), $2)
    on conflict (id) do update set beat_at = now() where executor.instance = $2 returning id`;

/**
 * Beats; to be called before the engine starts, so that no peer takes this executor for dead. `engine` gives the running
 * engine, once there is one: each beat then also takes over the jobs of dead executors and looks after our own.
 */
export async function startHeartbeat(
  store: JobStore,
  options: HeartbeatOptions,
  engine: () => Engine | undefined,
): Promise<Heartbeat> {
  const { database, notifications } = store;
  const { executorId, beatIntervalMs, deadAfterMs, active } = options;
  const instance = randomUUID();
  // Well before any peer may take over, since a busy machine is late with timers too.
  const cutOffAfterMs = deadAfterMs - Math.max(beatIntervalMs / 2, deadAfterMs / 4);
  let working: Promise<void> | undefined;
  let beatAtMs = performance.now();
  // Since when the beats have come without a break.
  let steadySinceMs = beatAtMs;

  const beat = async (): Promise<void> => {
    try {
      const sentAtMs = performance.now();
      if ((await database.query(BEAT, [executorId, instance])).length === 0) {
        log.error({ executorId }, 'another process works under the name of this worker, which stops working');
        options.onReplaced();
        return;
      }
      if (sentAtMs - beatAtMs > 2 * beatIntervalMs) steadySinceMs = sentAtMs;
      beatAtMs = sentAtMs;
      await checkRuns(store, active);
      const running = engine();
      const isSteady = performance.now() - steadySinceMs >= deadAfterMs / 2;
      if (running !== undefined) await lookAfterStarts(store, running, { executorId, deadAfterMs, isSteady });
    } catch (error) {
      if (!isDatabaseUnavailable(error)) log.warn({ err: error }, 'the heartbeat of this worker failed');
    } finally {
      working = undefined;
    }
  };
  const beatNow = (): void => void (working ??= beat());
  // Comes before any peer may take the jobs over, and, after a freeze, before anything else can go on.
  const stopWhenCutOff = (): void => {
    if (performance.now() - beatAtMs < cutOffAfterMs) return;
    for (const { limits } of active.values()) limits.end('cut_off', cutOff());
  };

  await database.query(TAKE_ID, [executorId, instance]);
  const watch = setInterval(stopWhenCutOff, Math.max(50, beatIntervalMs / 10));
  const timer = setInterval(beatNow, beatIntervalMs);
  const stopSignal = notifications.onSignal((kind, subject) => {
    if (kind === 'executor-left' && subject !== executorId) beatNow();
    if (kind === 'cancel') active.get(subject)?.limits.end('cancelled', jobCancelled());
  });
  // What was cancelled or taken over while the connection was away was not told.
  const stopConnected = notifications.onConnected((connected) => connected && beatNow());
  return {
    check: stopWhenCutOff,
    async stop() {
      clearInterval(watch);
      clearInterval(timer);
      stopSignal();
      stopConnected();
      await working;
      try {
        await database.query('delete from executor where id = $1 and instance = $2', [executorId, instance]);
        await database.query(`select pg_notify(current_schema(), 'executor-left ' || $1)`, [executorId]);
      } catch (error) {
        // Others notice by the missing beats.
        log.debug({ err: error }, 'a worker left without a word');
      }
    },
  };
}

async function lookAfterStarts(store: JobStore, engine: Engine, takeOver: TakeOverOptions): Promise<void> {
  await takeOverDead(store, takeOver);
  const reclaimed = await engine.reclaim();
  if (reclaimed > 0)
    log.warn({ jobs: reclaimed }, 'jobs that this worker was given without hearing of it are put back');
}

/** Stores how long our runs have run, and ends those that are not ours any more. */
async function checkRuns(store: JobStore, active: ReadonlyMap<string, ActiveRun>): Promise<void> {
  const runs = [...active.values()];
  if (runs.length === 0) return;
  const rows = await store.database.query<{ id: string; state: string; run_token: string }>(
    `update job set run_used_ms = case when state = 'RUNNING' and run_token = mine.token then mine.used else run_used_ms end
       from unnest($1::text[], $2::uuid[], $3::bigint[]) as mine (id, token, used)
      where job.id = mine.id returning job.id, job.state, job.run_token`,
    [runs.map((run) => run.row.id), runs.map((run) => run.token), runs.map((run) => Math.round(run.limits.usedMs()))],
  );
  const now = new Map(rows.map((row) => [row.id, row]));
  for (const run of runs) {
    const row = now.get(run.row.id);
    if (row?.run_token === run.token && row.state === 'RUNNING') continue;
    const ours = row?.run_token === run.token;
    run.limits.end(ours ? 'cancelled' : 'taken_over', ours ? jobCancelled() : takenOver());
  }
}
