import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Delay of an event loop over a while: time between two turns of a timer of 1 ms, so an idle loop shows a little over 1 ms.
 */
export interface LoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly count: number;
}

/** A process that measures the delay of its own loop, started with {@link loopArguments} and {@link loopEnvironment}. */
export interface LoopProcess {
  readonly pid: number;
  readonly loopFile: string;
}

const ANSWER_LIMIT_MS = 5_000;

/** What `node` is started with to measure its loop. */
export const loopArguments = ['--import', new URL('./loop-delay-preload.ts', import.meta.url).href];

/** What the environment says to a process that measures its loop. */
export function loopEnvironment(loopFile: string): Record<string, string> {
  return { FRAMESONG_BENCH_LOOP_FILE: loopFile };
}

/** Loop delays of `processes` while `work` runs, and what it gave. */
export async function withLoopDelays<T>(
  processes: readonly LoopProcess[],
  work: () => Promise<T>,
): Promise<{ value: T; delays: LoopDelay[] }> {
  await Promise.all(processes.map(readAndReset));
  const value = await work();
  return { value, delays: await Promise.all(processes.map(readAndReset)) };
}

async function readAndReset({ pid, loopFile }: LoopProcess): Promise<LoopDelay> {
  rmSync(loopFile, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (const until = Date.now() + ANSWER_LIMIT_MS; !existsSync(loopFile);) {
    if (Date.now() > until) throw new Error(`process ${pid} did not tell its loop delay`);
    await delay(2);
  }
  return JSON.parse(readFileSync(loopFile, 'utf8')) as LoopDelay;
}
