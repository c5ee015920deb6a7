import { inspectJobs, type JobInspection } from '@framesong/jobs/testing';
import { toFramesongError } from '@framesong/errors';
import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedEvent, RecordedJob, RecordedLoad, RecordedOrder, RecordedStep } from './history.ts';

/** A job that an executor has in hand. */
export interface HeldJob {
  readonly jobId: string;
  readonly kind: string;
  readonly executorId: string;
  /** Steps that were begun and are not finished; none between two steps. */
  readonly steps: readonly string[];
}

/** Looks at the tables of one service while the suite runs, over a connection that nobody cuts. */
export interface Observer extends AsyncDisposable {
  readonly service: string;
  /** What executors have in hand now; empty while the database is away. */
  held(): Promise<HeldJob[]>;
  /** How many accepted jobs are not over. */
  open(): Promise<number>;
  readonly loads: readonly RecordedLoad[];
  readonly stepsSeen: readonly RecordedStep[];
  jobs(): Promise<RecordedJob[]>;
  events(): Promise<RecordedEvent[]>;
  steps(): Promise<RecordedStep[]>;
  orders(): Promise<RecordedOrder[]>;
}

const LOOK_MS = 100;

const STEPS = `
select job_id as "jobId", name, attempts, (extract(epoch from finished_at) * 1000)::float8 as "finishedAtMs",
       md5(coalesce(result::text, '')) as result
  from job_step where finished_at is not null`;

/** Starts to look, ten times a second. `service` is what its ids begin with, `name` what its tables are called by. */
export function observe(databaseUrl: string, { name, service }: { name: string; service: string }): Observer {
  const inspection = inspectJobs(databaseUrl, name);
  const stopped = new AbortController();
  const loads: RecordedLoad[] = [];
  const steps = new Map<string, RecordedStep>();
  const looking = lookAgainAndAgain(inspection, stopped.signal, loads, steps);
  const { query, engine } = inspection;
  return {
    service,
    loads,
    get stepsSeen() {
      return [...steps.values()];
    },
    held: () =>
      whenThere([], () =>
        query<HeldJob>(
          `select job.id as "jobId", job.kind, start.executor_id as "executorId",
                  coalesce((select array_agg(name) from job_step where job_id = job.id and finished_at is null), '{}') as steps
             from "${engine}".workflow_status start join job on start.workflow_uuid = job.id || ':' || job.releases
            where start.status = 'PENDING' and job.state = 'RUNNING'`,
        ),
      ),
    open: () =>
      whenThere(Infinity, async () => {
        const rows = await query<{ open: number }>(
          `select count(*)::int as open from job where state in ('QUEUED', 'RUNNING')`,
        );
        return rows[0]!.open;
      }),
    jobs: () =>
      query<RecordedJob>(
        `select $1 as service, id, kind, state, error ->> 'outcome' as outcome, error ->> 'reason' as reason,
                md5(result::text) as result from job`,
        [service],
      ),
    events: () =>
      query<RecordedEvent>(
        `select job_id as "jobId", sequence, type, percent from job_event order by job_id, sequence`,
      ),
    steps: () => query<RecordedStep>(STEPS),
    orders: () => query<RecordedOrder>('select job_id as "jobId", state from paid_order'),
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await looking;
      await inspection[Symbol.asyncDispose]();
    },
  };
}

async function lookAgainAndAgain(
  { query, engine }: JobInspection,
  signal: AbortSignal,
  loads: RecordedLoad[],
  steps: Map<string, RecordedStep>,
): Promise<void> {
  while (!signal.aborted) {
    const seen = await whenThere([], () =>
      query<RecordedLoad>(
        `select queue_name as queue, sum(held)::int as total, max(held)::int as "mostOfOne"
           from (select queue_name, executor_id, count(*) as held from "${engine}".workflow_status
                  where status = 'PENDING' group by 1, 2) by_executor group by 1`,
      ),
    );
    loads.push(...seen);
    // The first sight counts: what changes later is found at the end.
    for (const step of await whenThere([], () => query<RecordedStep>(STEPS))) {
      const key = `${step.jobId} ${step.name}`;
      if (!steps.has(key)) steps.set(key, step);
    }
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** What `look` finds, or `otherwise` while the database is away. */
async function whenThere<T>(otherwise: T, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (thrown) {
    if (toFramesongError(thrown).code === 'UNAVAILABLE') return otherwise;
    throw thrown;
  }
}
