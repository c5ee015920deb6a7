import { ATTR, METRICS, watchGauge, type Reading } from '@framesong/telemetry';
import type { JobStore } from './job-store.ts';
import { maxWaitingOf } from './queue-room.ts';

interface QueueRow {
  readonly queue: string;
  readonly waiting: number;
  readonly running: number;
  readonly oldest: number;
  readonly silent: number;
}

/** One look serves all gauges of a collection. */
const KEEP_MS = 500;

const LOOK = `
select queue,
       count(*) filter (where state = 'QUEUED')::int as waiting,
       count(*) filter (where state = 'RUNNING')::int as running,
       coalesce(extract(epoch from clock_timestamp() - min(created_at) filter (where state = 'QUEUED')), 0)::float8 as oldest,
       coalesce(extract(epoch from clock_timestamp() - min(progressed.at) filter (where state = 'RUNNING')), 0)::float8 as silent
  from job left join lateral (select at from job_event where job_id = job.id order by sequence desc limit 1) progressed on true
 where state in ('QUEUED', 'RUNNING') group by queue`;

/** Gauges of the queues, read from the database whenever metrics are collected. Every worker tells the same numbers. */
export function watchQueues(store: JobStore): Disposable {
  let look: Promise<QueueRow[]> | undefined;
  const rows = (): Promise<QueueRow[]> => {
    if (look === undefined) {
      look = store.database.query<QueueRow>(LOOK);
      setTimeout(() => (look = undefined), KEEP_MS).unref();
    }
    return look;
  };
  const gauge = (metric: Parameters<typeof watchGauge>[0], value: (row: QueueRow) => number): Disposable =>
    watchGauge(metric, async (): Promise<Reading[]> => {
      const found = new Map((await rows()).map((row) => [row.queue, row]));
      return Object.keys(store.queues).map((queue) => {
        const row = found.get(queue) ?? { queue, waiting: 0, running: 0, oldest: 0, silent: 0 };
        return { value: value(row), attributes: { [ATTR.queueName]: queue } };
      });
    });
  const gauges = new DisposableStack();
  gauges.use(gauge(METRICS.queueDepth, ({ waiting }) => waiting));
  gauges.use(gauge(METRICS.queueRunning, ({ running }) => running));
  gauges.use(gauge(METRICS.queueOldestAge, ({ oldest }) => oldest));
  gauges.use(gauge(METRICS.jobProgressAge, ({ silent }) => silent));
  gauges.use(gauge(METRICS.queueLimit, ({ queue }) => maxWaitingOf(store.queues[queue])));
  return gauges;
}
