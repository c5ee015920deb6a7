import type { Query } from '../database.ts';
import type { JobNotes } from '../define-job.ts';
import type { Json } from '../job.ts';
import { storedJson } from '../stored-json.ts';
import type { ActiveRun } from './active-run.ts';
import { noLongerOurs, stored } from './run-step.ts';

const SET = `
insert into job_note (job_id, name, value, until_retry)
select id, $3, $4::jsonb, $5 from job where id = $1 and run_token = $2 and state = 'RUNNING'
    on conflict (job_id, name) do update set value = excluded.value, until_retry = excluded.until_retry
returning name`;

/** Writes a note. False when the job is no longer that of this run. */
export async function writeNote(
  query: Query,
  { row, token }: ActiveRun,
  name: string,
  value: Json,
  untilRetry = false,
): Promise<boolean> {
  const written = await query(SET, [row.id, token, name, storedJson(value), untilRetry]);
  return written.length > 0;
}

/** Removes notes; those that are not there are no fault. */
export async function removeNotes(query: Query, { row }: ActiveRun, names: readonly string[]): Promise<void> {
  if (names.length > 0) await query('delete from job_note where job_id = $1 and name = any($2)', [row.id, names]);
}

/** The notes of one run; only the run that has the job can write them. */
export function runNotes(run: ActiveRun): JobNotes {
  const id = run.row.id;
  const { query } = run.database;
  return {
    async get(name) {
      const [note] = await stored(run, () =>
        query<{ value: Json }>('select value from job_note where job_id = $1 and name = $2', [id, name]),
      );
      return note?.value;
    },
    async set(name, value, { untilRetry = false } = {}) {
      if (!(await stored(run, () => writeNote(query, run, name, value, untilRetry)))) throw noLongerOurs(run);
    },
    remove: (name) => stored(run, () => removeNotes(query, run, [name])),
  };
}
