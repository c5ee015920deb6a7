import { SAMPLE_RATE_HZ } from '../engine.ts';
import type { PlannedSection } from '../score/song-plan.ts';
import { sampleOfBeat } from './section-events.ts';

const KICKS = [35, 36];
const ATTACK_SAMPLES = 96;

/**
 * How loud the other stems are while the bass drum sounds: down by `depth` at each stroke and back within a third of a
 * second. Samples must be asked for in rising order.
 */
export function createDucking(section: PlannedSection, bpm: number, depth: number): (sample: number) => number {
  if (depth === 0) return () => 1;
  const kicks = section.notes
    .filter((note) => note.part === 'drums' && KICKS.includes(note.pitch))
    .map((note) => sampleOfBeat(note.startBeat, bpm));
  const length = Math.round(SAMPLE_RATE_HZ * Math.min(0.32, (60 / bpm) * 0.7));
  let next = 0;
  return (sample) => {
    while (next < kicks.length && kicks[next]! <= sample) next++;
    const since = next === 0 ? length : sample - kicks[next - 1]!;
    if (since >= length) return 1;
    return 1 - depth * (1 - since / length) ** 1.6 * Math.min(1, 0.2 + since / ATTACK_SAMPLES);
  };
}
