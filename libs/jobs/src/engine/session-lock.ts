import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const TRY_AGAIN_MS = 50;

/**
 * Does `work` while no other process does work under this name. The lock is asked for again and again outside of any
 * transaction, because indexes that are made concurrently wait for every transaction that is open, those that wait for a
 * lock included.
 */
export async function holdingLock<T>(databaseUrl: string, name: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
        [name],
      );
      if (rows[0]?.taken === true) break;
      await pause(TRY_AGAIN_MS);
    }
    return await work();
  } finally {
    // Ends the session, and the lock with it.
    await client.end().catch(() => undefined);
  }
}
