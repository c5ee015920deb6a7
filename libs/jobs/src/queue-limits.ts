import { invalidArgument, notFound, type FieldViolation } from '@framesong/errors';
import { log } from '@framesong/telemetry';
import type { Database } from './database.ts';
import { isDatabaseUnavailable } from './database.ts';
import type { QueueLimits } from './job-store.ts';
import type { Notifications } from './notifications.ts';

/** Limits to set while everything runs. Absent: stays as it is. null: back to the setting of the service. */
export interface QueueLimitChange {
  /** 1 to 1000. */
  readonly concurrency?: number | null;
  /** 1 to 1000. */
  readonly perWorkerConcurrency?: number | null;
  /** 0 to 1000000. */
  readonly maxWaiting?: number | null;
}

/** The limits that hold now, in every process alike. */
export interface LiveQueueLimits {
  readonly current: Readonly<Record<string, QueueLimits>>;
  /**
   * Sets limits for all processes; each has them within a second. Jobs that run are not stopped by a lower limit.
   * @throws NOT_FOUND for a queue that the service does not have; INVALID_ARGUMENT; UNAVAILABLE.
   */
  set(queue: string, change: QueueLimitChange): Promise<QueueLimits>;
  /** Told the new limits after each change. Returns the function that ends it. */
  onChange(listener: (queues: Readonly<Record<string, QueueLimits>>) => void): () => void;
  close(): void;
}

const READ_AGAIN_MS = 1000;
const MAX_CONCURRENCY = 1000;
const MAX_WAITING = 1_000_000;

interface LimitRow {
  readonly queue: string;
  readonly concurrency: number | null;
  readonly per_worker_concurrency: number | null;
  readonly max_waiting: number | null;
}

const SET = `
insert into queue_limit as old (queue, concurrency, per_worker_concurrency, max_waiting)
values ($1, $2, $4, $6)
    on conflict (queue) do update
   set concurrency            = case when $3 then excluded.concurrency else old.concurrency end,
       per_worker_concurrency = case when $5 then excluded.per_worker_concurrency else old.per_worker_concurrency end,
       max_waiting            = case when $7 then excluded.max_waiting else old.max_waiting end,
       changed_at             = clock_timestamp()`;

/** Reads the limits that operators have set over those of the settings, and keeps reading them. */
export async function openQueueLimits(
  database: Database,
  notifications: Notifications,
  settings: Readonly<Record<string, QueueLimits>>,
): Promise<LiveQueueLimits> {
  let current = settings;
  const listeners = new Set<(queues: Readonly<Record<string, QueueLimits>>) => void>();

  const read = async (): Promise<void> => {
    const rows = await database.query<LimitRow>('select * from queue_limit');
    const next = Object.fromEntries(
      Object.entries(settings).map(([queue, limits]) => [
        queue,
        applied(
          limits,
          rows.find((row) => row.queue === queue),
        ),
      ]),
    );
    if (JSON.stringify(next) === JSON.stringify(current)) return;
    current = next;
    log.info({ limits: next }, 'the limits of the queues have changed');
    for (const listener of listeners) listener(next);
  };
  const readSoon = (): void => {
    read().catch((error: unknown) => {
      if (!isDatabaseUnavailable(error)) log.warn({ err: error }, 'the limits of the queues were not read');
    });
  };

  await read();
  const timer = setInterval(readSoon, READ_AGAIN_MS).unref();
  const stopListening = notifications.onSignal((kind) => kind === 'limits' && readSoon());
  return {
    get current() {
      return current;
    },
    async set(queue, change) {
      if (settings[queue] === undefined) throw notFound('queue', queue, `there is ${Object.keys(settings).join(', ')}`);
      checkChange(change);
      const { concurrency, perWorkerConcurrency, maxWaiting } = change;
      const given = [concurrency, perWorkerConcurrency, maxWaiting].flatMap((value) => [
        value ?? null,
        value !== undefined,
      ]);
      await database.query(SET, [queue, ...given]);
      await database.query(`select pg_notify(current_schema(), 'limits')`);
      await read();
      return current[queue]!;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      clearInterval(timer);
      stopListening();
    },
  };
}

function applied(settings: QueueLimits, row: LimitRow | undefined): QueueLimits {
  if (row === undefined) return settings;
  const perWorkerConcurrency = row.per_worker_concurrency ?? settings.perWorkerConcurrency;
  const maxWaiting = row.max_waiting ?? settings.maxWaiting;
  return {
    concurrency: row.concurrency ?? settings.concurrency,
    ...(perWorkerConcurrency !== undefined && { perWorkerConcurrency }),
    ...(maxWaiting !== undefined && { maxWaiting }),
  };
}

function checkChange(change: QueueLimitChange): void {
  const faults: FieldViolation[] = [];
  const check = (field: string, value: number | null | undefined, min: number, max: number): void => {
    if (value === undefined || value === null || (Number.isInteger(value) && value >= min && value <= max)) return;
    faults.push({ field, description: `must be a whole number of ${min} to ${max}, is ${value}` });
  };
  check('concurrency', change.concurrency, 1, MAX_CONCURRENCY);
  check('per_worker_concurrency', change.perWorkerConcurrency, 1, MAX_CONCURRENCY);
  check('max_waiting', change.maxWaiting, 0, MAX_WAITING);
  if (faults.length > 0) throw invalidArgument(faults);
}
