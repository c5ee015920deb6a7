import { FramesongError } from '@framesong/errors';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { findPostgresBinaries, type PostgresBinaries } from './binaries.ts';
import { checkVersion, clusterIn, createCluster, EMBEDDED_USER, readPassword, type Cluster } from './cluster.ts';
import { readPostmasterFile, setAsideStaleLock } from './postmaster-file.ts';
import { runProgram } from './run-program.ts';
import { chooseServerIdentity, type ServerIdentity } from './server-identity.ts';

/** A running embedded PostgreSQL. It goes on running when this process ends, however it ends, until `stop`. */
export interface EmbeddedPostgres {
  /** Connection string with the password: a secret. Loopback only. */
  readonly url: string;
  /** Whether this call started the server; false: it was running and is shared. */
  readonly startedByUs: boolean;
  /** Ends the server for everybody: open work is rolled back, what was committed stays. A server that is gone is no error. */
  stop(): Promise<void>;
}

export interface EnsurePostgresOptions {
  /** Absolute path; the cluster lives in its folder `postgres`. */
  readonly dataFolder: string;
  /** Never waits for the disk: for tests, whose data need not survive a crash of the machine. Default false. */
  readonly throwAway?: boolean;
  /** Told what is done and how long it took, in milliseconds. */
  readonly log?: (fields: { readonly step: string; readonly durationMs: number }) => void;
}

const START_ATTEMPTS = 6;
const ANSWER_WITHIN_MS = 30_000;

/**
 * The PostgreSQL of a data folder: connects to it when it runs, else starts it, making its files the first time.
 * Several processes may call this at once and get the same server.
 * @throws FAILED_PRECONDITION (no binaries, folder not reachable, other version) or INTERNAL with the server's words.
 */
export async function ensurePostgres(options: EnsurePostgresOptions): Promise<EmbeddedPostgres> {
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const value = await work();
    options.log?.({ step, durationMs: Math.round(performance.now() - from) });
    return value;
  };
  const { throwAway = false } = options;
  mkdirSync(options.dataFolder, { recursive: true });
  // The server reports its folder without links, so ours is compared and named without them too.
  const cluster = clusterIn(realpathSync(options.dataFolder));
  const binaries = findPostgresBinaries();
  const identity = chooseServerIdentity(cluster.folder, [binaries.initdb]);
  if (!existsSync(cluster.folder)) await timed('create', () => createCluster(cluster, binaries, identity, throwAway));
  checkVersion(cluster, binaries);
  const stop = (): Promise<void> => stopServer(cluster, binaries, identity);
  const running = await connectableUrl(cluster);
  if (running !== undefined) return { url: running, startedByUs: false, stop };
  const startedByUs = await timed('start', () => startServer(cluster, binaries, identity, throwAway));
  return { url: await waitForAnswer(cluster), startedByUs, stop };
}

/** True when our pg_ctl started it, false when another caller was faster. */
async function startServer(
  cluster: Cluster,
  binaries: PostgresBinaries,
  identity: ServerIdentity,
  throwAway: boolean,
): Promise<boolean> {
  let lastError: unknown;
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
    const port = await choosePort(cluster);
    try {
      await runProgram(identity, binaries.pgCtl, [
        'start', '--wait', '--timeout=60', '--silent', `--pgdata=${cluster.data}`, `--log=${cluster.logFile}`, `--options=${serverOptions(port, throwAway)}`,
      ]); // prettier-ignore
      writeFileSync(cluster.portFile, String(port), { mode: 0o600 });
      return true;
    } catch (error) {
      lastError = error;
    }
    if ((await connectableUrl(cluster)) !== undefined) return false;
    // The port was taken in between, another caller is starting it, or children of a killed server are still ending.
    if (!setAsideStaleLock(cluster)) await pause(100 * attempt);
  }
  throw new FramesongError(`the embedded PostgreSQL does not start: see ${cluster.logFile}`, {
    code: 'INTERNAL',
    reason: 'POSTGRES_START_FAILED',
    cause: lastError,
  });
}

function serverOptions(port: number, throwAway: boolean): string {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=100',
    'log_min_messages=warning',
    ...(throwAway ? ['fsync=off'] : []),
    // After a kill -9 PostgreSQL syncs its folder; by file system this takes 0.2 s instead of seconds.
    ...(process.platform === 'linux' ? ['recovery_init_sync_method=syncfs'] : []),
  ];
  return [`-p ${String(port)}`, ...settings.map((setting) => `-c ${setting}`)].join(' ');
}

async function stopServer(cluster: Cluster, binaries: PostgresBinaries, identity: ServerIdentity): Promise<void> {
  if (readPostmasterFile(cluster) === undefined) return;
  try {
    await runProgram(identity, binaries.pgCtl, [
      'stop',
      '--mode=fast',
      '--wait',
      '--timeout=60',
      '--silent',
      `--pgdata=${cluster.data}`,
    ]);
  } catch (error) {
    if ((await connectableUrl(cluster)) !== undefined) throw error;
  }
}

async function waitForAnswer(cluster: Cluster): Promise<string> {
  const until = Date.now() + ANSWER_WITHIN_MS;
  for (;;) {
    const url = await connectableUrl(cluster);
    if (url !== undefined) return url;
    if (Date.now() > until) throw new FramesongError(`the embedded PostgreSQL does not answer: see ${cluster.logFile}`, { code: 'INTERNAL', reason: 'POSTGRES_SILENT' }); // prettier-ignore
    await pause(50);
  }
}

/** The connection string when a server answers there and serves this very folder. */
async function connectableUrl(cluster: Cluster): Promise<string | undefined> {
  const port = readPostmasterFile(cluster)?.port;
  if (port === undefined) return undefined;
  const url = `postgresql://${EMBEDDED_USER}:${readPassword(cluster)}@127.0.0.1:${String(port)}/postgres`;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory === cluster.data ? url : undefined;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The port of last time while it is free, so that people find the server again, else any free one. */
async function choosePort(cluster: Cluster): Promise<number> {
  const last = existsSync(cluster.portFile) ? Number(readFileSync(cluster.portFile, 'utf8')) : 0;
  const wanted = Number.isInteger(last) && last > 0 && last < 65_536 ? last : 0;
  return (await freePort(wanted)) ?? (await freePort(0)) ?? 0;
}

function freePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const free = (server.address() as AddressInfo).port;
      server.close(() => resolve(free));
    });
  });
}
