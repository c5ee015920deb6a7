import type { Bench, BenchContext, Figure } from '../bench.ts';
import { batchFigures } from '../music-faults/batch-figures.ts';
import { crashFigures } from '../music-faults/crash-figures.ts';
import { musicFaultFigures } from '../music-faults/fault-figures.ts';
import { loudnessFigures } from '../music-faults/loudness-figures.ts';

/** Each a file of `music-faults/`. */
const GROUPS: readonly ((context: BenchContext) => Promise<Figure[]>)[] = [
  musicFaultFigures,
  batchFigures,
  crashFigures,
  loudnessFigures,
];

/** Music engines that misbehave, and songs whose services are killed. */
export const musicFaultsBench: Bench = {
  name: 'music-faults',
  about:
    'every music engine under every fault: what it ends with, what was ordered, what is left; 500 songs at once; songs whose service is killed; loudness',
  async run(context) {
    // One group after the other: each needs the machine.
    const figures: Figure[] = [];
    for (const group of GROUPS) figures.push(...(await group(context)));
    return figures;
  },
};
