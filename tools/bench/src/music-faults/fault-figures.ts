import { faultsOfMusicResult, MUSIC_FAULT_SUBJECTS, runMusicFault } from '@framesong/emulators';
import type { BenchContext, Figure } from '../bench.ts';
import { inParallel } from '../measure/in-parallel.ts';

/** Every music engine under every fault of its table, each against an emulator of its own. */
export async function musicFaultFigures({ quick, say }: Pick<BenchContext, 'quick' | 'say'>): Promise<Figure[]> {
  const pairs = new Set<string>();
  const slowestMs: number[] = [];
  let wrong = 0;
  let orderedTwice = 0;
  let leftRunning = 0;
  let canaryHits = 0;
  for (const subject of MUSIC_FAULT_SUBJECTS) {
    const table = quick ? subject.table.filter(({ isLate }) => isLate !== true) : subject.table;
    const found = await inParallel(table, (wanted) => runMusicFault(subject, wanted));
    for (const [wanted, result] of found) {
      // Struck once or always, it is the same fault.
      pairs.add(`${subject.name}: ${wanted.fault} on ${wanted.on}`);
      const faults = faultsOfMusicResult(wanted, result);
      slowestMs.push(result.tookMs);
      if (faults.length > 0) say(`${subject.name}: ${wanted.fault} on ${wanted.on}: ${faults.join('; ')}`);
      wrong += Number(faults.length > 0);
      orderedTwice += Number(result.paid > 1);
      leftRunning += result.leftRunning;
      canaryHits += result.canaryHits;
    }
    say(`${subject.name}: ${table.length} faults`);
  }
  return [
    { figure: 'faults', value: pairs.size, unit: 'count', against: '' },
    { figure: 'engines', value: MUSIC_FAULT_SUBJECTS.length, unit: 'count', against: '' },
    { figure: 'wrong_outcome', value: wrong, unit: 'count', against: 'the table of wanted outcomes' },
    { figure: 'ordered_twice', value: orderedTwice, unit: 'count', against: `${pairs.size} faults` },
    { figure: 'left_running', value: leftRunning, unit: 'count', against: '' },
    { figure: 'canary_hits', value: canaryHits, unit: 'count', against: '' },
    { figure: 'slowest_end_ms', value: Math.max(...slowestMs), unit: 'ms', against: 'injected limits of 1 s' },
  ];
}
