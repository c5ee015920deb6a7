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

/** The notes of one run; only the run that has the job can write them. */
export function runNotes(run: ActiveRun): JobNotes {
  const id = run.row.id;
  return {
    async get(name) {
      const [note] = await stored(run, () =>
        run.database.query<{ value: Json }>('select value from job_note where job_id = $1 and name = $2', [id, name]),
      );
      return note?.value;
    },
    async set(name, value, { untilRetry = false } = {}) {
      const values = [id, run.token, name, storedJson(value), untilRetry];
      const written = await stored(run, () => run.database.query(SET, values));
      if (written.length === 0) throw noLongerOurs(run);
    },
    async remove(name) {
      await stored(run, () => run.database.query('delete from job_note where job_id = $1 and name = $2', [id, name]));
    },
  };
}
