import type { JobStore } from './job-store.ts';

/** How long jobs of a kind are usually silent while they run. */
export interface UsualSilence {
  /** 99th percentile of the time between two events; undefined without history. */
  readonly p99Ms: number | undefined;
  /** Jobs that it comes from. */
  readonly samples: number;
}

const JOBS = 50;
const KEEP_MS = 30_000;

const SILENCE = `
select percentile_cont(0.99) within group (order by silence) as p99, count(distinct job_id)::int as samples
  from (select job_id, type,
               extract(epoch from at - lag(at) over (partition by job_id order by sequence))::float8 * 1000 as silence
          from job_event
         where job_id in (select id from job where kind = $1 and state = 'SUCCEEDED' and attempts > 0 order by finished_at desc limit ${JOBS})) events
 where silence is not null and type in ('PROGRESS', 'SUCCEEDED')`;

/** Makes a function that tells the usual silence of a kind of job, from its last successes; at most 30 s old. */
export function createSilenceReader(store: JobStore): (kind: string) => Promise<UsualSilence> {
  const looks = new Map<string, Promise<UsualSilence>>();
  return (kind) => {
    const kept = looks.get(kind);
    if (kept) return kept;
    const look = store.database
      .query<{ p99: number | null; samples: number }>(SILENCE, [kind])
      .then(([row]) => ({ p99Ms: row?.p99 ?? undefined, samples: row?.samples ?? 0 }));
    looks.set(kind, look);
    const forget = (): void => void looks.delete(kind);
    look.then(() => setTimeout(forget, KEEP_MS).unref(), forget);
    return look;
  };
}
