import { FramesongError } from '@framesong/errors';
import { log } from '@framesong/telemetry';
import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { SESSION_OPTIONS } from './database.ts';

/** What processes tell each other. Lost ones do no harm: whoever waits also looks again on `reconnected` and now and then. */
export interface Notifications {
  readonly connected: boolean;
  /** New events of one job, or the connection came back. Returns the function that ends it. */
  onJob(jobId: string, listener: () => void): () => void;
  /** `cancel <job>`, `queue`, `executor-left`. */
  onSignal(listener: (kind: string, subject: string) => void): () => void;
  onConnected(listener: (connected: boolean) => void): () => void;
  /** Makes everyone who waits for a job look again. */
  wakeAll(): void;
  close(): Promise<void>;
}

export interface NotificationsOptions {
  readonly url: string;
  readonly schema: string;
  /** Held as a lock for as long as the connection lives: a second process with this id does not start. */
  readonly executorId: string;
}

const LOCK_WAIT_MS = 3000;
const PING_INTERVAL_MS = 10_000;
const PING_TIMEOUT_MS = 5000;

/**
 * Opens the one connection that listens, and keeps it open.
 * @throws FAILED_PRECONDITION when another living process has this executor id.
 */
export async function openNotifications(options: NotificationsOptions): Promise<Notifications> {
  const emitter = new EventEmitter().setMaxListeners(0);
  const closing = new AbortController();
  // Read through a function: it changes while others wait.
  const isClosing = (): boolean => closing.signal.aborted;
  let client: pg.Client | undefined;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: options.url, connectionTimeoutMillis: 5000, query_timeout: PING_TIMEOUT_MS, application_name: `${options.schema} listen`, options: SESSION_OPTIONS }); // prettier-ignore
    next.on('error', () => undefined);
    try {
      await next.connect();
      await takeExecutorLock(next, options);
      next.on('notification', ({ payload = '' }) => deliver(payload));
      next.once('end', () => void lost(next));
      client = next;
      await next.query(`listen "${options.schema}"`);
    } catch (error) {
      client = undefined;
      await next.end().catch(() => undefined);
      throw error;
    }
  };

  const deliver = (payload: string): void => {
    const [kind = '', subject = ''] = payload.split(' ');
    if (kind === 'event') emitter.emit(`job ${subject}`);
    else emitter.emit('signal', kind, subject);
  };

  const wakeAll = (): void => {
    for (const name of emitter.eventNames()) if (String(name).startsWith('job ')) emitter.emit(name);
  };

  const lost = async (which: pg.Client): Promise<void> => {
    if (client !== which) return;
    client = undefined;
    if (isClosing()) return;
    log.warn({ schema: options.schema }, 'the connection to the job database is lost');
    emitter.emit('connected', false);
    for (let delayMs = 50; !isClosing(); delayMs = Math.min(delayMs * 2, 1000)) {
      await pause(delayMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
      try {
        await connect();
        break;
      } catch (error) {
        log.debug({ schema: options.schema, error: String(error) }, 'the job database does not answer yet');
      }
    }
    if (isClosing()) return;
    log.info({ schema: options.schema }, 'the connection to the job database is back');
    emitter.emit('connected', true);
    // Nobody knows what was missed.
    wakeAll();
  };

  // A connection that broke without a word, as behind a cut cable, shows only when it is used.
  const ping = setInterval(() => {
    const used = client;
    used?.query('select 1').catch(() => void used.end().catch(() => undefined));
  }, PING_INTERVAL_MS);

  await connect().catch((error: unknown) => {
    clearInterval(ping);
    throw error;
  });
  return {
    get connected() {
      return client !== undefined;
    },
    onJob(jobId, listener) {
      emitter.on(`job ${jobId}`, listener);
      return () => void emitter.off(`job ${jobId}`, listener);
    },
    onSignal(listener) {
      emitter.on('signal', listener);
      return () => void emitter.off('signal', listener);
    },
    onConnected(listener) {
      emitter.on('connected', listener);
      return () => void emitter.off('connected', listener);
    },
    wakeAll,
    async close() {
      closing.abort();
      clearInterval(ping);
      await client?.end().catch(() => undefined);
    },
  };
}

async function takeExecutorLock(client: pg.Client, { schema, executorId }: NotificationsOptions): Promise<void> {
  // A process killed a moment ago may still hold it for as long as the server needs to notice.
  const until = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 1)) as taken', [`${schema} ${executorId}`]); // prettier-ignore
    if (rows[0]?.taken === true) return;
    if (Date.now() > until) {
      throw new FramesongError(
        `another living process works as executor ${executorId}: give each process an id of its own, and the same one again after a restart`,
        { code: 'FAILED_PRECONDITION', reason: 'EXECUTOR_ID_IN_USE', metadata: { executorId } },
      );
    }
    await pause(50);
  }
}
