import { FramesongError } from '@framesong/errors';
import type { Database } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';

/**
 * Brings the schema of a service up to this version; several processes may do it at once.
 * @throws FAILED_PRECONDITION when the schema is newer than this program.
 */
export async function migrate(database: Database, migrations: readonly string[] = MIGRATIONS): Promise<void> {
  await database.transaction(async (query) => {
    await query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`migrate ${database.schema}`]);
    await query(`create schema if not exists "${database.schema}"`);
    await query(
      'create table if not exists migration (number integer primary key, applied_at timestamptz not null default now())',
    );
    const [row] = await query<{ applied: number }>('select coalesce(max(number), 0)::int as applied from migration');
    const applied = row?.applied ?? 0;
    if (applied > migrations.length) {
      throw new FramesongError(
        `the database schema ${database.schema} is at version ${applied} and this program knows ${migrations.length}: start the newer program`,
        { code: 'FAILED_PRECONDITION', reason: 'DATABASE_TOO_NEW' },
      );
    }
    for (const [index, sql] of migrations.entries()) {
      if (index < applied) continue;
      await query(sql);
      await query('insert into migration (number) values ($1)', [index + 1]);
    }
  });
}
