import { FramesongError } from '@framesong/errors';
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

/** `nobody` on every system: there is nothing to create. */
const NOBODY = 65_534;

/**
 * As whom the server runs. PostgreSQL refuses to run as root, so a root process either gives its programs another
 * user (`setuid`), or, where that user cannot reach the folder, a user namespace in which root carries its number (`unshare`).
 */
export interface ServerIdentity {
  readonly kind: 'same_user' | 'setuid' | 'unshare';
  /** Owner that files of the server must have on disk; undefined: whoever runs this process. */
  readonly owner: number | undefined;
  readonly spawn: { readonly uid?: number; readonly gid?: number };
  /** What stands before a program on its command line. */
  readonly prefix: readonly string[];
}

const SAME_USER: ServerIdentity = { kind: 'same_user', owner: undefined, spawn: {}, prefix: [] };
const SET_UID: ServerIdentity = { kind: 'setuid', owner: NOBODY, spawn: { uid: NOBODY, gid: NOBODY }, prefix: [] };
const UNSHARE: ServerIdentity = {
  kind: 'unshare',
  owner: undefined,
  spawn: {},
  prefix: ['unshare', '--user', `--map-user=${String(NOBODY)}`, `--map-group=${String(NOBODY)}`],
};

/**
 * Chooses the identity for a folder: an existing one stays with its owner; a new one takes the simplest that reaches it.
 * @throws FAILED_PRECONDITION when root can run the server in neither way, naming FRAMESONG_DATA_DIR.
 */
export function chooseServerIdentity(clusterFolder: string, programs: readonly string[]): ServerIdentity {
  if (process.getuid?.() !== 0) return SAME_USER;
  if (existsSync(clusterFolder)) {
    const owner = statSync(clusterFolder).uid;
    if (owner === NOBODY && reachableByNobody(clusterFolder, programs)) return SET_UID;
    if (owner === 0 && namespaceAllowed()) return UNSHARE;
  } else {
    if (reachableByNobody(path.dirname(clusterFolder), programs)) return SET_UID;
    if (namespaceAllowed()) return UNSHARE;
  }
  throw new FramesongError(
    `PostgreSQL does not run as root, and the user ${String(NOBODY)} cannot reach ${clusterFolder} or the programs: ` +
      'set FRAMESONG_DATA_DIR to a folder that others may enter (for example below /var/lib), run as another user, ' +
      'or set FRAMESONG_DATABASE_URL to a PostgreSQL of yours',
    { code: 'FAILED_PRECONDITION', reason: 'DATA_FOLDER_NOT_REACHABLE', metadata: { folder: clusterFolder } },
  );
}

/** True when every folder on the way to the cluster and to each program lets others pass. */
function reachableByNobody(folder: string, programs: readonly string[]): boolean {
  return [...ancestors(folder), ...programs.flatMap((program) => ancestors(path.dirname(program)))].every(passable);
}

function passable(folder: string): boolean {
  if (!existsSync(folder)) return true;
  const { mode, uid } = statSync(folder);
  return uid === NOBODY ? (mode & 0o100) !== 0 : (mode & 0o001) !== 0;
}

function ancestors(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [...ancestors(parent), folder];
}

function namespaceAllowed(): boolean {
  const [program, ...rest] = UNSHARE.prefix;
  return spawnSync(program!, [...rest, 'true'], { stdio: 'ignore' }).status === 0;
}
