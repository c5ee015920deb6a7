import { FramesongError, unavailable } from '@framesong/errors';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** Runs one statement and returns its rows. */
export type Query = <Row extends object = Record<string, unknown>>(
  sql: string,
  values?: readonly unknown[],
) => Promise<Row[]>;

/** The connections of one process to the schema of its service. */
export interface Database {
  readonly schema: string;
  readonly url: string;
  /** @throws UNAVAILABLE with retry advice while the database does not answer; nothing was done then, or all of it. */
  readonly query: Query;
  /** All statements of `work` or none. The client is for libraries that write in the same transaction. */
  transaction<T>(work: (query: Query, client: pg.PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export const DATABASE_UNAVAILABLE = 'JOB_DATABASE_UNAVAILABLE';

const RETRY_AFTER_MS = 1000;
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** Longer than the server's own: it comes only when the server does not even say that it gave up. */
const ANSWER_TIMEOUT_MS = 35_000;

/**
 * What every session asks of the server: a frozen process does not hold its locks for longer than this, and a machine that
 * went away without a word gives up its session, and with it the name of its executor, within half a minute.
 */
export const SESSION_OPTIONS =
  '-c idle_in_transaction_session_timeout=10000 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';

/**
 * A connection that breaks is replaced by the pool; without a listener it would end the process. The pool's own listener is
 * off from the moment when a connection is handed out, which is before whoever asked for it runs: so each has one for good.
 */
function keepFromEndingTheProcess(pool: pg.Pool): void {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
}

/** Connections for the job engine, which has statements of its own. */
export function openEnginePool(url: string, maxConnections: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: maxConnections, keepAlive: true, options: SESSION_OPTIONS });
  keepFromEndingTheProcess(pool);
  return pool;
}

export function connectDatabase(options: {
  readonly url: string;
  readonly schema: string;
  readonly maxConnections?: number;
}): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 8,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    application_name: options.schema,
    options: `-c search_path=${options.schema} ${SESSION_OPTIONS}`,
  });
  keepFromEndingTheProcess(pool);
  const queryOn =
    (runner: pg.Pool | pg.PoolClient): Query =>
    async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
      try {
        // pg sends several statements only without values; then there are no rows to return.
        const result = values.length === 0 ? await runner.query<Row>(sql) : await runner.query<Row>(sql, [...values]);
        return result.rows;
      } catch (error) {
        throw explain(error);
      }
    };
  return {
    schema: options.schema,
    url: options.url,
    query: queryOn(pool),
    async transaction(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw explain(error);
      });
      // A connection that breaks between two statements reports it here first.
      const ignore = (): void => undefined;
      client.on('error', ignore);
      let broken = false;
      try {
        await queryOn(client)('begin');
        const value = await work(queryOn(client), client);
        await queryOn(client)('commit');
        return value;
      } catch (error) {
        if (isSilence(error)) broken = true;
        else
          await client.query('rollback').catch(() => {
            broken = true;
          });
        throw explain(error);
      } finally {
        client.off('error', ignore);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

/** Repeats `work` while the database is away, until it succeeds, fails otherwise, or `stop` fires. */
export async function untilDatabaseAnswers<T>(work: () => Promise<T>, stop: AbortSignal): Promise<T> {
  for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 1000)) {
    try {
      return await work();
    } catch (error) {
      if (stop.aborted || !isDatabaseUnavailable(error)) throw error;
      await pause(delayMs * (0.5 + Math.random() / 2), undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

export function isDatabaseUnavailable(error: unknown): boolean {
  return error instanceof FramesongError && error.reason === DATABASE_UNAVAILABLE;
}

/** The server did not even answer; what is asked next on this connection would wait behind. */
function isSilence(error: unknown): boolean {
  const cause: unknown = error instanceof FramesongError ? error.cause : undefined;
  const { message } = (cause ?? {}) as { message?: unknown };
  return typeof message === 'string' && /query read timeout/i.test(message);
}

function explain(error: unknown): unknown {
  if ((error as { message?: unknown }).message === 'Cannot use a pool after calling end on the pool') {
    return unavailable('this process is stopping; try again', 'JOBS_CLOSED', RETRY_AFTER_MS, error);
  }
  if (error instanceof FramesongError || !isConnectionLoss(error)) return error;
  return unavailable(
    'the job database does not answer; nothing is lost, try again',
    DATABASE_UNAVAILABLE,
    RETRY_AFTER_MS,
    error,
  );
}

/**
 * The connection broke, or the server could not do it just now: it is short of something (53, 58), ended a statement that
 * took too long or waited for a lock (57014, 55P03), undid one of two that stood in each other's way (40), or closed a
 * session that stood still (25P03). Source of the five-character codes: PostgreSQL, appendix A.
 */
const TRANSIENT =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|25P03|40001|40P01|53|55P03|57014|57P0|58)/;

function isConnectionLoss(error: unknown): boolean {
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown };
  if (Array.isArray(errors)) return errors.some(isConnectionLoss);
  if (typeof code === 'string') {
    return TRANSIENT.test(code);
  }
  // pg reports these without a code.
  return (
    typeof message === 'string' &&
    /connection terminated|timeout exceeded when trying to connect|not queryable|connection timeout|query read timeout/i.test(
      message,
    )
  );
}
