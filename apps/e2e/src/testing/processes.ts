import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A process of this machine. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parentPid: number;
  /** CPU time in hundredths of a second. */
  readonly cpu: number;
}

/** True while a process lives; one that has ended and was not yet collected does not. */
export function isAlive(pid: number): boolean {
  return allProcesses().some((process) => process.pid === pid);
}

/** The processes that `pid` has started, theirs included. */
export function descendantsOf(pid: number): ProcessFacts[] {
  const all = allProcesses();
  const below = (parent: number): ProcessFacts[] =>
    all.filter(({ parentPid }) => parentPid === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid);
}

function allProcesses(): ProcessFacts[] {
  return existsSync('/proc/self/stat') ? ofProc() : ofPs();
}

function ofProc(): ProcessFacts[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // The name in parentheses may itself hold anything; the state comes after the last one. proc(5).
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return [];
      return [{ pid: Number(name), parentPid: Number(fields[1]), cpu: Number(fields[11]) + Number(fields[12]) }];
    } catch {
      // It ended between listing and reading.
      return [];
    }
  });
}

function ofPs(): ProcessFacts[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,time='], { encoding: 'utf8' }).trim().split('\n');
  return lines.flatMap((line) => {
    const [pid, parentPid, state = '', time = ''] = line.trim().split(/\s+/);
    if (state.startsWith('Z')) return [];
    const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    return [{ pid: Number(pid), parentPid: Number(parentPid), cpu: Math.round(seconds * 100) }];
  });
}
