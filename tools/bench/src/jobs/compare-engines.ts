import { join } from 'node:path';
import type { BenchContext, Figure } from '../bench.ts';
import { measured, ratio } from '../measure/figures.ts';
import { startNode, type NodeProcess } from '../processes/node-process.ts';
import type { SideRun } from './engine-side.ts';
import { ensurePgBoss, PG_BOSS_VERSION } from './pg-boss.ts';
import { percentile } from './percentile.ts';

/** One engine as a process, and its runs. */
interface Side {
  readonly name: string;
  readonly process: NodeProcess;
  readonly single: SideRun[];
  readonly many: SideRun[];
  readonly starts: SideRun[];
}

/** Submissions and starts of our jobs against raw DBOS and pg-boss, run in turns on one PostgreSQL. */
export async function compareEngines(
  { quick, say }: BenchContext,
  databaseUrl: string,
  folder: string,
): Promise<Figure[]> {
  await using parts = new AsyncDisposableStack();
  const start = async (name: string, more: Record<string, string> = {}): Promise<Side> => {
    const file = join(import.meta.dirname, `${name}-jobs-process.ts`);
    const environment = { BENCH_DATABASE_URL: databaseUrl, ...more };
    const process = parts.use(startNode({ name, file, folder, environment }));
    await process.message('ready');
    return { name, process, single: [], many: [], starts: [] };
  };
  const boss = ensurePgBoss(say);
  if ('missing' in boss) say(`${boss.missing}; nothing is compared with it`);
  const ours = await start('our');
  const dbos = await start('dbos');
  const pgBoss = 'missing' in boss ? undefined : await start('pg-boss', { BENCH_PG_BOSS: boss.entry });
  const sides = [ours, dbos, ...(pgBoss === undefined ? [] : [pgBoss])];
  const count = quick ? 40 : 300;
  for (let round = 0; round < (quick ? 2 : 4); round++) {
    for (const side of sides) {
      say(`round ${round + 1}: ${side.name}`);
      side.single.push(await side.process.ask({ kind: 'submit', count, lanes: 1 } as never, 'measured'));
      side.many.push(await side.process.ask({ kind: 'submit', count: count * 2, lanes: 16 } as never, 'measured'));
      side.starts.push(await side.process.ask({ kind: 'start', count: quick ? 8 : 40, lanes: 1 } as never, 'measured'));
    }
  }
  const own = sides.flatMap((side) => figuresOf(side));
  const against = [dbos, pgBoss].flatMap((other) => (other === undefined ? [] : ratios(ours, other)));
  return [...own, ...against];
}

function figuresOf({ name, single, many, starts }: Side): Figure[] {
  const prefix = name === 'our' ? '' : `${name.replace('-', '_')}_`;
  const of = (runs: readonly SideRun[], share: number): number[] =>
    runs.map((run) => percentile(run.latenciesMs, share));
  return [
    measured(`${prefix}submit_p50_ms`, 'ms', of(single, 0.5), 'one after the other'),
    measured(`${prefix}submit_p95_ms`, 'ms', of(single, 0.95), 'one after the other'),
    measured(`${prefix}submits_per_s`, '1/s', perSecond(many), '16 at once'),
    measured(`${prefix}start_p50_ms`, 'ms', of(starts, 0.5), 'from submitting to running'),
    measured(`${prefix}start_p95_ms`, 'ms', of(starts, 0.95), 'from submitting to running'),
  ];
}

function perSecond(runs: readonly SideRun[]): number[] {
  return runs.map(({ latenciesMs, seconds }) => latenciesMs.length / seconds);
}

function ratios(ours: Side, theirs: Side): Figure[] {
  const name = theirs.name.replace('-', '_');
  const against = theirs.name === 'dbos' ? 'raw DBOS 5.3.0' : `pg-boss ${PG_BOSS_VERSION}`;
  const medians = (runs: readonly SideRun[]): number[] => runs.map((run) => percentile(run.latenciesMs, 0.5));
  return [
    ratio(`submit_p50_vs_${name}`, medians(ours.single), medians(theirs.single), against),
    ratio(`submits_per_s_vs_${name}`, perSecond(ours.many), perSecond(theirs.many), against),
    ratio(`start_p50_vs_${name}`, medians(ours.starts), medians(theirs.starts), against),
  ];
}
