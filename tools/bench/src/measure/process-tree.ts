import { readdirSync, readFileSync } from 'node:fs';

/** The unit of the times in /proc: USER_HZ is 100 on every Linux that Node runs on. Source: proc(5), getconf CLK_TCK. */
const TICK_MS = 10;

interface ProcessFacts {
  readonly pid: number;
  readonly parentPid: number;
  /** User and system time of the process and of its children that have ended. */
  readonly cpuMs: number;
  /** Of its ended children alone. */
  readonly endedChildrenMs: number;
}

/** User and system time so far of processes and of all that they started, those that have ended included. Linux only. */
export function cpuMsOfTrees(pids: readonly number[]): number {
  return treesOf(pids).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** User and system time of the children of this process that have ended. */
export function endedChildrenCpuMs(): number {
  return factsOf(String(process.pid))?.endedChildrenMs ?? NaN;
}

/**
 * Memory of processes and all that they started: proportional set size, which counts a page that n of them hold as one nth
 * each. Source: proc(5), smaps_rollup.
 */
export function pssBytesOfTrees(pids: readonly number[]): number {
  return treesOf(pids).reduce((sum, { pid }) => sum + pssBytes(pid), 0);
}

function treesOf(pids: readonly number[]): ProcessFacts[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (factsOf(name) ?? []) : []));
  const children = Map.groupBy(all, ({ parentPid }) => parentPid);
  const found = new Map<number, ProcessFacts>();
  const add = (process: ProcessFacts) => {
    if (found.has(process.pid)) return;
    found.set(process.pid, process);
    children.get(process.pid)?.forEach(add);
  };
  all.filter(({ pid }) => pids.includes(pid)).forEach(add);
  return [...found.values()];
}

function factsOf(pid: string): ProcessFacts | undefined {
  try {
    // The name in parentheses may itself hold anything; the rest comes after the last one.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = (index: number) => Number(fields[index]) * TICK_MS;
    const endedChildrenMs = ticks(13) + ticks(14);
    const cpuMs = ticks(11) + ticks(12) + endedChildrenMs;
    return { pid: Number(pid), parentPid: Number(fields[1]), cpuMs, endedChildrenMs };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}

function pssBytes(pid: number): number {
  try {
    const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
