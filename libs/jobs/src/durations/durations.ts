import { historyAsOf, type DurationHistory, type DurationObservation } from '@framesong/estimates';
import { log } from '@framesong/telemetry';
import { isDatabaseUnavailable, type Database } from '../database.ts';
import { textOfKey, type DurationKey } from './duration-key.ts';
import { addObservations, readHistory, type NewObservations } from './history-table.ts';

/** How long the works of a service have taken, over all replicas and restarts. */
export interface Durations {
  /**
   * Remembers how long something took. Returns at once; it is stored within a second, and a process that is killed in between
   * forgets it, which an estimate can bear.
   */
  record(key: DurationKey, observation: DurationObservation): void;
  /**
   * What is known, at most some seconds old where other processes have added to it; undefined for nothing.
   * @throws UNAVAILABLE while the database does not answer
   */
  history(key: DurationKey): Promise<DurationHistory | undefined>;
  /** Stores what was recorded so far. */
  flush(): Promise<void>;
  /** Stores what it can and ends. */
  close(): Promise<void>;
}

const FLUSH_AFTER_MS = 500;
const KEEP_MS = 3000;
/** Keys that are kept in memory, and observations that wait while the database is away. */
const MAX_KEPT = 2000;

interface Kept {
  readonly history: DurationHistory | undefined;
  readonly atMs: number;
}

/** Opens the histories of a service's schema. */
export function openDurations(database: Database): Durations {
  const kept = new Map<string, Kept>();
  let pending: NewObservations[] = [];
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  let closed = false;

  const keep = (text: string, history: DurationHistory | undefined): void => {
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(text, { history, atMs: performance.now() });
  };
  const store = async (): Promise<void> => {
    const batch = pending;
    pending = [];
    try {
      for (const { key, history } of await addObservations(database, batch)) keep(textOfKey(key), history);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) {
        log.warn({ err: error, count: batch.length }, 'durations were not stored');
        return;
      }
      pending = [...batch, ...pending].slice(-MAX_KEPT);
      later();
    }
  };
  const later = (): void => {
    if (closed || pending.length === 0) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void flush();
    }, FLUSH_AFTER_MS);
  };
  const flush = async (): Promise<void> => {
    await working;
    if (pending.length === 0) return;
    working ??= store().finally(() => (working = undefined));
    await working;
  };

  return {
    record(key, observation) {
      pending.push({ key, observation, atMs: Date.now() });
      later();
    },
    async history(key) {
      const text = textOfKey(key);
      // What is being stored at this moment counts too.
      if (working !== undefined || pending.some((waiting) => textOfKey(waiting.key) === text)) await flush();
      const found = kept.get(text);
      if (found && performance.now() - found.atMs < KEEP_MS) return faded(found.history);
      const history = await readHistory(database, key);
      keep(text, history);
      return faded(history);
    },
    flush,
    async close() {
      closed = true;
      clearTimeout(timer);
      await flush();
    },
  };
}

function faded(history: DurationHistory | undefined): DurationHistory | undefined {
  return history && historyAsOf(history, Date.now());
}
