import type { Query } from '../database.ts';
import type { JobNotes } from '../define-job.ts';
import type { Json } from '../job.ts';
import { storedJson } from '../stored-json.ts';
import type { ActiveRun } from './active-run.ts';
import { noLongerOurs, stored } from './run-step.ts';

// The row of the job is locked, as for a step: whoever takes the job over waits for the note, and then finds it.
const SET = `
insert into job_note (job_id, name, value, until_retry)
select id, $3, $4::jsonb, $5 from job where id = $1 and run_token = $2 and state = 'RUNNING' for no key update
    on conflict (job_id, name) do update set value = excluded.value, until_retry = excluded.until_retry
returning name`;

const READ = 'select name, value from job_note where job_id = $1 and name = any($2)';

// Of a job that was cancelled too: its run is the last one that knows better.
const REMOVE = `
delete from job_note using job where job.id = job_id and job_id = $1 and job.run_token = $2 and name = any($3)`;

interface NoteRow {
  readonly name: string;
  readonly value: Json;
}

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

/** Reads several notes at once; those that are not there are missing. */
export async function readNotes(run: ActiveRun, names: readonly string[]): Promise<ReadonlyMap<string, Json>> {
  const rows = await stored(run, () => run.database.query<NoteRow>(READ, [run.row.id, names]));
  return new Map(rows.map(({ name, value }) => [name, value]));
}

/** Removes notes, unless another run has the job by now: they are that one's. Those that are not there are no fault. */
export async function removeNotes(query: Query, { row, token }: ActiveRun, names: readonly string[]): Promise<void> {
  if (names.length > 0) await query(REMOVE, [row.id, token, names]);
}

/** The notes of one run; only the run that has the job can write them. */
export function runNotes(run: ActiveRun): JobNotes {
  const { query } = run.database;
  return {
    get: async (name) => (await readNotes(run, [name])).get(name),
    async set(name, value, { untilRetry = false } = {}) {
      if (!(await stored(run, () => writeNote(query, run, name, value, untilRetry)))) throw noLongerOurs(run);
    },
    remove: (name) => stored(run, () => removeNotes(query, run, [name])),
  };
}
