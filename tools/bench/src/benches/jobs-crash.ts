import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Bench, Figure } from '../bench.ts';
import { ROOT } from '../processes/bench-stack.ts';
import { surroundings } from '../processes/node-process.ts';

const SUITE = join(ROOT, 'apps/e2e/src/crash-suite/main.ts');
const LONG = ['--crashes', '200', '--hits-per-stage', '5', '--minutes', '60'];
const QUICK = ['--crashes', '20', '--hits-per-stage', '0', '--minutes', '1.5'];

/** What each figure counts, and against what it stands. */
const AGAINST: Readonly<Record<string, string>> = {
  crashes: 'kill -9, freezes, cuts and database restarts that hit a running job',
  least_hits_of_a_stage: 'of the stages of all workflows',
  jobs: 'accepted',
  payments: 'at the loopback provider',
  lost_jobs: 'must be 0',
  double_paid: 'must be 0',
  double_counted_steps: 'must be 0',
  limit_exceeded: 'must be 0',
  broken_ledger: 'charges that the ledger of orders does not have, must be 0',
  broken_histories: 'must be 0',
};

/** The crash suite, as figures. */
export const jobsCrashBench: Bench = {
  name: 'jobs-crash',
  about: 'what is lost, paid twice or counted twice when two services with two workers each are crashed at random',
  async run({ quick, say }) {
    // SEED repeats a run.
    const seed = process.env['SEED'];
    const words = [SUITE, ...(quick ? QUICK : LONG), '--json', ...(seed === undefined ? [] : ['--seed', seed])];
    const child = spawn(process.execPath, words, { env: surroundings(), stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface({ input: child.stderr }).on('line', say);
    let last = '';
    createInterface({ input: child.stdout }).on('line', (line) => (last = line));
    await once(child, 'close');
    if (last === '') throw new Error('the crash suite came to no result');
    return Object.entries(JSON.parse(last) as Record<string, number>).map(([figure, value]): Figure => ({
      figure,
      value,
      unit: 'count',
      against: AGAINST[figure] ?? '',
    }));
  },
};
