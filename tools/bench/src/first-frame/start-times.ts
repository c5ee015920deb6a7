import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Tally } from '../measure/tally.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import { ROOT, startBenchStack } from '../processes/bench-stack.ts';

/** Milliseconds from the start of PostgreSQL until compression and image-generation both serve. */
export interface StartTimes {
  /** The data folder is empty: the database is made first. */
  readonly cold: number[];
  /** The data is there, nothing runs. */
  readonly warm: number[];
}

/** Starts everything in fresh folders, `rounds` times cold and then warm. */
export async function measureStarts(rounds: number, starts: Tally): Promise<StartTimes> {
  const times: StartTimes = { cold: [], warm: [] };
  for (let round = 0; round < rounds; round++) {
    await using folder = await makeBenchFolder();
    for (const kind of ['cold', 'warm'] as const) {
      const startMs = await starts.attempt(`${kind} start`, async () => {
        await using stack = await startBenchStack(['compression', 'image-generation'], folder.path);
        return stack.startMs;
      });
      if (startMs !== undefined) times[kind].push(startMs);
    }
  }
  return times;
}

/**
 * Milliseconds of a set-up that finds nothing to do.
 * @throws Error when there was something to do
 */
export async function measureSetUp(): Promise<number> {
  const startedAt = performance.now();
  // Without npm on its path, a set-up that would install fails instead of changing what is measured.
  const child = spawn(process.execPath, [join(ROOT, 'tools/bootstrap.mjs')], {
    env: { PATH: '', HOME: process.env['HOME'] },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 || said !== '') throw new Error(`the set-up had something to do: ${said.trim()}`);
  return performance.now() - startedAt;
}
