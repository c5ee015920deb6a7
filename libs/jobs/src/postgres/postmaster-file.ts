import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { Cluster } from './cluster.ts';

/** What the running server wrote about itself into `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number | undefined;
}

const fileOf = (cluster: Cluster): string => path.join(cluster.data, 'postmaster.pid');

/** The server's own lock file; undefined when there is none. Source: PostgreSQL's miscadmin.h, LOCK_FILE_LINE_*. */
export function readPostmasterFile(cluster: Cluster): PostmasterFile | undefined {
  try {
    const lines = readFileSync(fileOf(cluster), 'utf8').split('\n');
    const pid = Number(lines[0]);
    const port = Number(lines[3]);
    if (!Number.isInteger(pid)) return undefined;
    return { pid, port: Number.isInteger(port) && port > 0 ? port : undefined };
  } catch {
    return undefined;
  }
}

/**
 * Moves the lock file of a dead server aside when its number now belongs to another program, as it happens after a
 * container is restarted. PostgreSQL itself sees through a number that nobody has; it cannot tell this case.
 * Never touches the file while a server may live. True when it was moved.
 */
export function setAsideStaleLock(cluster: Cluster): boolean {
  const lock = readPostmasterFile(cluster);
  if (lock === undefined) return false;
  const commandFile = `/proc/${String(lock.pid)}/cmdline`;
  if (!existsSync(commandFile)) return false;
  const command = readFileSync(commandFile, 'utf8');
  // An empty line is a kernel thread or a process that is just ending: wait and do not guess.
  if (command === '' || command.includes('postgres') || command.includes(cluster.data)) return false;
  try {
    renameSync(fileOf(cluster), `${fileOf(cluster)}.stale-${String(Date.now())}`);
    return true;
  } catch {
    return false;
  }
}
