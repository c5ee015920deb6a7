import { FramesongError } from '@framesong/errors';
import { log } from '@framesong/telemetry';
import type { Database, Query } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** A change of the schema. A plain text only adds, so that programs that do not know it go on working beside it. */
export type Migration = string | { readonly sql: string; readonly breaksOlder: true };

/**
 * Brings the schema of a service up to this version; several processes may do it at once. A schema that a newer program
 * has brought further is used as it is, as long as what was added breaks no older one: services of two versions run side
 * by side while they are replaced one after the other.
 * @throws FAILED_PRECONDITION when the schema is of a newer program that this one cannot run beside.
 */
export async function migrate(database: Database, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  await database.transaction(async (query) => {
    await query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`migrate ${database.schema}`]);
    await query(`create schema if not exists "${database.schema}"`);
    await query(
      'create table if not exists migration (number integer primary key, applied_at timestamptz not null default now())',
    );
    await query('alter table migration add column if not exists breaks_older boolean not null default false');
    const [row] = await query<{ applied: number }>('select coalesce(max(number), 0)::int as applied from migration');
    const applied = row?.applied ?? 0;
    if (applied > migrations.length) await checkNewer(query, database.schema, applied, migrations.length);
    for (const [index, migration] of migrations.entries()) {
      if (index < applied) continue;
      const { sql, breaksOlder } = typeof migration === 'string' ? { sql: migration, breaksOlder: false } : migration;
      await query(sql);
      await query('insert into migration (number, breaks_older) values ($1, $2)', [index + 1, breaksOlder]);
    }
  });
}

async function checkNewer(query: Query, schema: string, applied: number, known: number): Promise<void> {
  const breaking = await query('select number from migration where number > $1 and breaks_older', [known]);
  if (breaking.length === 0) {
    log.warn({ schema, applied, known }, 'a newer program has brought the schema further; this one works beside it');
    return;
  }
  throw new FramesongError(
    `the database schema ${schema} is at version ${applied}, which does not work with this program, which knows ${known}: start the newer program`,
    { code: 'FAILED_PRECONDITION', reason: 'DATABASE_TOO_NEW' },
  );
}
