import type { JobStore } from './job-store.ts';

/** Content that a job refers to, by digest, in its input, its result, its events, its notes or the results of its steps. */
export interface DigestInJob {
  readonly tenant: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

const PAGE = 200;

const READ = `
with page as (select id, tenant, input, result, error from job where id > $1 order by id limit ${PAGE}),
texts as (
  select tenant, concat(input, ' ', result, ' ', error) as text from page
  union all select tenant, step.result::text from page join job_step step on step.job_id = page.id where step.result is not null
  union all select tenant, note.value::text from page join job_note note on note.job_id = page.id
  union all select tenant, event.data::text from page join job_event event on event.job_id = page.id where event.data is not null)
select (select max(id) from page) as last,
       (select jsonb_agg(distinct jsonb_build_array(tenant, digest[1]))
          from texts, regexp_matches(text, 'sha256:[0-9a-f]{64}', 'g') digest) as found`;

/**
 * All content that jobs refer to, waiting, running and finished ones, for as long as they are kept. A job that is accepted
 * while this is read may be missing; what it refers to was looked up when it was accepted.
 */
export async function* digestsInJobs(store: JobStore): AsyncGenerator<DigestInJob, void, undefined> {
  for (let after = ''; ;) {
    const [page] = await store.database.query<{ last: string | null; found: [string, string][] | null }>(READ, [after]);
    for (const [tenant, digest] of page?.found ?? []) yield { tenant, digest };
    if (page?.last === null || page === undefined) return;
    after = page.last;
  }
}
