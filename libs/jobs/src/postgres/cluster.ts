import { FramesongError } from '@framesong/errors';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import { runProgram } from './run-program.ts';
import type { ServerIdentity } from './server-identity.ts';

/** The files of one cluster. All of them are made together, by one rename. */
export interface Cluster {
  readonly folder: string;
  /** PostgreSQL's own data directory. */
  readonly data: string;
  readonly passwordFile: string;
  readonly portFile: string;
  readonly logFile: string;
}

/** Database user of the embedded server. */
export const EMBEDDED_USER = 'framesong';

/** The paths of the cluster below a data folder. */
export function clusterIn(dataFolder: string): Cluster {
  return clusterAt(path.join(path.resolve(dataFolder), 'postgres'));
}

function clusterAt(folder: string): Cluster {
  return {
    folder,
    data: path.join(folder, 'data'),
    passwordFile: path.join(folder, 'password'),
    portFile: path.join(folder, 'port'),
    logFile: path.join(folder, 'server.log'),
  };
}

/**
 * Makes the cluster unless it is there. It is made beside its place and moved there by one rename, so that a crash
 * leaves no half of it and of two callers at once exactly one wins.
 */
export async function createCluster(
  cluster: Cluster,
  binaries: PostgresBinaries,
  identity: ServerIdentity,
  throwAway: boolean,
): Promise<void> {
  if (existsSync(cluster.folder)) return;
  const parent = path.dirname(cluster.folder);
  mkdirSync(parent, { recursive: true });
  removeAbandoned(parent);
  const staging = clusterAt(path.join(parent, `postgres-making-${randomBytes(6).toString('hex')}`));
  const own = (file: string): void => {
    if (identity.owner !== undefined) chownSync(file, identity.owner, identity.owner);
  };
  try {
    mkdirSync(staging.folder, { mode: 0o700 });
    own(staging.folder);
    writeFileSync(staging.passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
    own(staging.passwordFile);
    await runProgram(identity, binaries.initdb, [
      `--pgdata=${staging.data}`,
      `--username=${EMBEDDED_USER}`,
      `--pwfile=${staging.passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...syncOptions(throwAway),
    ]);
    renameSync(staging.folder, cluster.folder);
  } catch (error) {
    // Another caller was faster: its cluster is as good as ours.
    if (existsSync(cluster.data)) return;
    throw error;
  } finally {
    rmSync(staging.folder, { recursive: true, force: true });
  }
}

function syncOptions(throwAway: boolean): string[] {
  if (throwAway) return ['--no-sync'];
  // One sync of the file system instead of one for each of a thousand files.
  return process.platform === 'linux' ? ['--sync-method=syncfs'] : [];
}

/** The password of the embedded user. */
export function readPassword(cluster: Cluster): string {
  return readFileSync(cluster.passwordFile, 'utf8').trim();
}

/** @throws FAILED_PRECONDITION when another major version made the data. */
export function checkVersion(cluster: Cluster, binaries: PostgresBinaries): void {
  const found = readFileSync(path.join(cluster.data, 'PG_VERSION'), 'utf8').trim();
  if (found === String(binaries.majorVersion)) return;
  throw new FramesongError(
    `${cluster.data} was made by PostgreSQL ${found} and this is ${String(binaries.majorVersion)}: ` +
      'dump it with the old version and restore it here, or name another folder by FRAMESONG_DATA_DIR',
    {
      code: 'FAILED_PRECONDITION',
      reason: 'POSTGRES_VERSION',
      metadata: { found, expected: String(binaries.majorVersion) },
    },
  );
}

/** Half-made clusters of processes that died while making them. */
function removeAbandoned(parent: string): void {
  const hourAgo = Date.now() - 3_600_000;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith('postgres-making-')) continue;
    const folder = path.join(parent, name);
    const changed = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
    if (changed !== undefined && changed < hourAgo) rmSync(folder, { recursive: true, force: true });
  }
}
