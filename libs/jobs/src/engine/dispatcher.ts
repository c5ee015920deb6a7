import { log } from '@framesong/telemetry';
import { isDatabaseUnavailable } from '../database.ts';
import type { JobStore } from '../job-store.ts';
import { CHOOSE } from './choose-jobs.ts';
import type { Engine } from './dbos.ts';
import { failExpired } from './expire-queued.ts';

export interface Dispatcher {
  /** Looks at the queues soon; several calls make one look. */
  look(): void;
  stop(): Promise<void>;
}

/** Starts to hand out jobs. One dispatcher at a time works over all processes. */
export function startDispatcher(store: JobStore, engine: Engine, lookIntervalMs: number): Dispatcher {
  let wanted = false;
  let working: Promise<void> | undefined;
  let stopped = false;

  const work = async (): Promise<void> => {
    // Read through a function: both change while this waits.
    const goOn = (): boolean => wanted && !stopped;
    while (goOn()) {
      wanted = false;
      try {
        await dispatch(store, engine);
      } catch (error) {
        // The next look, at the latest after the interval, does what this one did not.
        if (!isDatabaseUnavailable(error)) log.warn({ err: error }, 'waiting jobs were not handed out');
      }
    }
    working = undefined;
  };
  const look = (): void => {
    wanted = true;
    if (!stopped) working ??= work();
  };
  const timer = setInterval(look, lookIntervalMs);
  const stopListening = store.notifications.onSignal((kind) => kind === 'queue' && look());
  const stopConnected = store.notifications.onConnected((connected) => connected && look());
  look();
  return {
    look,
    async stop() {
      stopped = true;
      clearInterval(timer);
      stopListening();
      stopConnected();
      await working;
    },
  };
}

async function dispatch(store: JobStore, engine: Engine): Promise<void> {
  await store.database.transaction(async (query, client) => {
    // Not waited for: whoever has it is looking, and is told of every change as we are. One that froze with it loses its
    // session soon.
    const [lock] = await query<{ taken: boolean }>(
      'select pg_try_advisory_xact_lock(hashtextextended($1, 2)) as taken',
      [store.database.schema],
    );
    if (lock?.taken !== true) return;
    await failExpired(query);
    for (const [queue, { concurrency }] of Object.entries(store.queues)) {
      const released = await query<{ id: string; releases: number }>(CHOOSE, [queue, concurrency]);
      for (const { id, releases } of released) await engine.enqueue(client, { jobId: id, release: releases, queue });
    }
  });
}
