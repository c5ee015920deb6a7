import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePostgres } from '@framesong/jobs';
import { freePort } from '../testing/free-port.ts';

/** The PostgreSQL under the suite, which it may stop, kill and start. */
export interface SuitePostgres {
  readonly url: string;
  stop(): Promise<void> | void;
  /** kill -9 of the server process. */
  kill(): void;
  start(): Promise<void> | void;
}

/** The embedded one, with its files in `dataFolder`. */
export async function startEmbedded(dataFolder: string, throwAway: boolean): Promise<SuitePostgres> {
  const started = await ensurePostgres({ dataFolder, throwAway });
  return {
    url: started.url,
    stop: () => started.stop(),
    kill: () => killServer(join(dataFolder, 'postgres/data')),
    async start() {
      await ensurePostgres({ dataFolder, throwAway });
    },
  };
}

/** One of the system, `/usr/lib/postgresql/<version>`, with its files in `folder`, which it alone has; undefined where there is none. */
export async function startOfSystem(folder: string): Promise<SuitePostgres | undefined> {
  const binaries = systemBinaries();
  if (binaries === undefined) return undefined;
  const isRoot = process.getuid?.() === 0;
  const run = (program: string, ...words: string[]): void => {
    const command = [join(binaries, program), ...words];
    const [file, ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : command;
    execFileSync(file!, rest, { stdio: 'ignore', cwd: '/' });
  };
  const data = join(folder, 'data');
  // Its own user makes its files.
  chmodSync(folder, 0o777);
  run('initdb', '--auth=trust', '--username=framesong', `--pgdata=${data}`);
  const port = await freePort();
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=150`;
  const start = (): void =>
    run('pg_ctl', 'start', '--wait', '--silent', `--pgdata=${data}`, `--log=${data}/log`, '-o', options);
  start();
  return {
    url: `postgresql://framesong@127.0.0.1:${port}/postgres`,
    stop: () => run('pg_ctl', 'stop', '--wait', '--mode=fast', '--silent', `--pgdata=${data}`),
    kill: () => killServer(data),
    start,
  };
}

function killServer(data: string): void {
  // First line of the server's own lock file. Source: PostgreSQL's miscadmin.h, LOCK_FILE_LINE_PID.
  process.kill(Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
}

function systemBinaries(): string | undefined {
  const parent = '/usr/lib/postgresql';
  if (!existsSync(parent)) return undefined;
  const newest = readdirSync(parent)
    .sort((left, right) => Number(left) - Number(right))
    .at(-1);
  return newest === undefined ? undefined : join(parent, newest, 'bin');
}
