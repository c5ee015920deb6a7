import { EMPTY_HISTORY, observe, type DurationHistory, type DurationObservation } from '@framesong/estimates';
import type { Database, Query } from '../database.ts';
import { textOfKey, type DurationKey } from './duration-key.ts';

/** An observation on its way into the table. */
export interface NewObservations {
  readonly key: DurationKey;
  readonly observation: DurationObservation;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

const WHERE_KEY = 'where model = $1 and size_class = $2 and stage = $3';

/** Undefined when there is none, or one that this version does not know. */
export async function readHistory(database: Database, key: DurationKey): Promise<DurationHistory | undefined> {
  return read(database.query, `select history from duration_history ${WHERE_KEY}`, key);
}

/**
 * Adds observations to their histories, all or none. Each row is locked while it is read and written, so that nothing that
 * several replicas add at once is lost; always in the order of the keys, so that they do not wait for each other in a circle.
 * @returns the histories as they stand now
 */
export async function addObservations(
  database: Database,
  observations: readonly NewObservations[],
): Promise<{ readonly key: DurationKey; readonly history: DurationHistory }[]> {
  const byKey = Object.groupBy(observations, ({ key }) => textOfKey(key));
  return database.transaction(async (query) => {
    const stored = [];
    for (const text of Object.keys(byKey).sort()) {
      const added = byKey[text]!;
      const { key } = added[0]!;
      const values = [key.model, key.sizeClass, key.stage];
      await query(
        `insert into duration_history (model, size_class, stage, history) values ($1, $2, $3, $4::jsonb) on conflict do nothing`,
        [...values, JSON.stringify(EMPTY_HISTORY)],
      );
      const before = await read(query, `select history from duration_history ${WHERE_KEY} for update`, key);
      const history = added.reduce(
        (sum, { observation, atMs }) => observe(sum, observation, atMs),
        before ?? EMPTY_HISTORY,
      );
      await query(`update duration_history set history = $4::jsonb, updated_at = clock_timestamp() ${WHERE_KEY}`, [
        ...values,
        JSON.stringify(history),
      ]);
      stored.push({ key, history });
    }
    return stored;
  });
}

async function read(query: Query, sql: string, key: DurationKey): Promise<DurationHistory | undefined> {
  const [row] = await query<{ history: { version?: unknown } }>(sql, [key.model, key.sizeClass, key.stage]);
  return row?.history.version === 1 ? (row.history as DurationHistory) : undefined;
}
