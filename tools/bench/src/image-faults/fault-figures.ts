import { FAULT_SUBJECTS, faultsOfResult, runFault } from '@framesong/emulators';
import type { BenchContext, Figure } from '../bench.ts';
import { inParallel } from '../measure/in-parallel.ts';

/** Every adapter under every fault of its table, each against an emulator of its own. */
export async function faultFigures({ quick, say }: Pick<BenchContext, 'quick' | 'say'>): Promise<Figure[]> {
  const pairs = new Set<string>();
  const slowestMs: number[] = [];
  let wrong = 0;
  let paidTwice = 0;
  let leftRunning = 0;
  for (const subject of FAULT_SUBJECTS) {
    const table = quick ? subject.table.filter(({ isLate }) => isLate !== true) : subject.table;
    const found = await inParallel(table, (wanted) => runFault(subject, wanted));
    for (const [wanted, result] of found) {
      const what = `${subject.name}: ${wanted.fault} on ${wanted.on}${wanted.times === undefined ? '' : ` ${wanted.times} time`}`;
      const faults = faultsOfResult(wanted, result);
      pairs.add(what);
      slowestMs.push(result.tookMs);
      if (faults.length > 0) say(`${what}: ${faults.join('; ')}`);
      wrong += Number(faults.length > 0);
      paidTwice += Number(result.paid > 1);
      leftRunning += result.leftRunning;
    }
    say(`${subject.name}: ${table.length} faults`);
  }
  const against = 'the table of wanted outcomes';
  return [
    { figure: 'faults', value: pairs.size, unit: 'count', against: '' },
    { figure: 'adapters', value: FAULT_SUBJECTS.length, unit: 'count', against: '' },
    { figure: 'wrong_outcome', value: wrong, unit: 'count', against },
    { figure: 'double_paid', value: paidTwice, unit: 'count', against },
    { figure: 'left_running', value: leftRunning, unit: 'count', against: '' },
    { figure: 'slowest_end_ms', value: Math.max(...slowestMs), unit: 'ms', against: 'injected limits of 1 s' },
  ];
}
