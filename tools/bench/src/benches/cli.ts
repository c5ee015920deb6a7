import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchContext, Figure } from '../bench.ts';
import { failures, measured, ratio } from '../measure/figures.ts';
import { interleave } from '../measure/interleave.ts';
import { endedChildrenCpuMs } from '../measure/process-tree.ts';
import { Tally } from '../measure/tally.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import { ROOT, startBenchStack } from '../processes/bench-stack.ts';
import { surroundings } from '../processes/node-process.ts';

const MAIN = join(ROOT, 'apps/cli/src/main.ts');

/** Start-up of the command line. */
export const cliBench: Bench = {
  name: 'cli',
  about: 'start-up of the command line, against Node that starts and does nothing',
  async run(context) {
    if (!existsSync(MAIN)) {
      context.say('there is no apps/cli in this commit, nothing is measured');
      return [];
    }
    await using folder = await makeBenchFolder();
    const help = await compare(context, 'help', ['--help'], {});
    context.say('starting the services that `health` asks');
    await using stack = await startBenchStack(['compression', 'image-generation', 'music'], folder.path);
    return [...help, ...(await compare(context, 'health', ['health'], stack.environment))];
  },
};

async function compare(
  { quick, say }: BenchContext,
  name: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Figure[]> {
  const runs = new Tally(say);
  const command = () => runs.attempt(`framesong ${name}`, () => runNode([MAIN, ...words], environment));
  const nothing = () => runNode(['-e', '0'], {});
  // The first run fills the cache of compiled code.
  await command();
  const limits = quick ? { pairs: 5, budgetMs: 10_000 } : { pairs: 20, budgetMs: 60_000 };
  const { ours, theirs } = await interleave(limits, command, nothing);
  const wallMs = [ours.map((run) => run.wallMs), theirs.map((run) => run.wallMs)] as const;
  const cpuMs = [ours.map((run) => run.cpuMs), theirs.map((run) => run.cpuMs)] as const;
  return [
    measured(`${name}_wall_ms`, 'ms', wallMs[0]),
    measured(`${name}_cpu_ms`, 'ms', cpuMs[0]),
    ratio(`${name}_wall_vs_node`, ...wallMs, '`node -e 0`'),
    ratio(`${name}_cpu_vs_node`, ...cpuMs, '`node -e 0`'),
    ...failures(`${name}_runs`, runs),
  ];
}

/** @throws Error when it ends with anything but 0 */
async function runNode(words: readonly string[], environment: Readonly<Record<string, string>>) {
  const cpuAtStart = endedChildrenCpuMs();
  const startedAt = performance.now();
  const child = spawn(process.execPath, words, {
    env: { ...surroundings(), ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const wallMs = performance.now() - startedAt;
  if (code !== 0) throw new Error(`ended with ${String(code)}: ${said.trim().slice(-300)}`);
  return { wallMs, cpuMs: endedChildrenCpuMs() - cpuAtStart };
}
