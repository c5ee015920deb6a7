import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { ROOT } from './processes/bench-stack.ts';

/** What figures were measured on. */
export interface Machine {
  readonly date: string;
  /** Short name of the commit; ends in `+` when files were changed since. */
  readonly commit: string;
  readonly node: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGib: number;
  /** Load average of the minute before the first bench. More than 0 on an otherwise idle machine means company. */
  readonly loadAtStart: number;
}

/** Looks at the machine and the commit. */
export function describeMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commitName(),
    node: process.version,
    cores: cpus().length,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    loadAtStart: Number(loadavg()[0]!.toFixed(2)),
  };
}

/** One line for people. */
export function machineText({ date, commit, node, cores, processor, memoryGib, loadAtStart }: Machine): string {
  return (
    `${date}, commit ${commit}, Node ${node}, ${cores} cores (${processor}), ` +
    `${memoryGib} GiB, load average ${loadAtStart} at the start`
  );
}

function commitName(): string {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).trim();
  try {
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${isChanged ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}
