import { BEATS_PER_BAR } from '../engine.ts';
import type { Random } from '../random.ts';

/** When a note of a line starts, in beats from the start of the line, and how long it lasts. */
export interface Onset {
  readonly startBeat: number;
  readonly beats: number;
  /** Weight in the metre: 3 on the first beat, 2.3 on the third, less between. */
  readonly weight: number;
}

/**
 * Sets `count` notes into `bars` bars: on eighths, on sixteenths where eighths are too few; strong beats first, the last
 * note on a strong one, a breath at the end.
 */
export function setRhythm(count: number, bars: number, pickup: number, random: Random): Onset[] {
  const totalBeats = bars * BEATS_PER_BAR;
  const breathBeats = bars >= 2 ? 1 : 0.5;
  const slotsAt = (perBeat: number): number => Math.floor((totalBeats - breathBeats) * perBeat);
  const perBeat = count > slotsAt(2) * 0.86 ? 4 : 2;
  const slots = slotsAt(perBeat);
  if (count > slots) throw new RangeError(`${count} notes do not fit into ${bars} bars`);
  const first = Math.floor(Math.min(pickup * (perBeat / 2), Math.max(0, slots - count - 1)));
  const last = chooseLast(count, first, slots, perBeat);
  const positions = spread(count, first, last, perBeat, random);
  const endBeat = totalBeats - breathBeats / 2;
  return positions.map((position, index) => {
    const startBeat = position / perBeat;
    const held = Math.min(endBeat, startBeat + (bars >= 2 ? 3 : 2));
    const next = index + 1 < count ? positions[index + 1]! / perBeat : held;
    return { startBeat, beats: Math.max(1 / perBeat, next - startBeat), weight: weightOf(position, perBeat) };
  });
}

function chooseLast(count: number, first: number, slots: number, perBeat: number): number {
  const stride = count <= 4 ? perBeat : perBeat === 4 ? 1.35 : 1.45;
  const ideal = first + (count - 1) * stride;
  let best = first + count - 1;
  let bestCost = Infinity;
  for (let slot = best; slot < slots; slot++) {
    const crowdsTheEnd = slots - slot < perBeat ? 1 : 0;
    const cost = Math.abs(slot - ideal) * (2 / perBeat) - weightOf(slot, perBeat) * 0.8 + crowdsTheEnd;
    if (cost < bestCost) [best, bestCost] = [slot, cost];
  }
  return best;
}

function spread(count: number, first: number, last: number, perBeat: number, random: Random): number[] {
  const positions = [first];
  for (let index = 1; index < count; index++) {
    const position = positions.at(-1)!;
    const stepsLeft = last - position;
    const notesLeft = count - index;
    const average = stepsLeft / notesLeft;
    let best = 1;
    let bestScore = -Infinity;
    for (let step = 1; step <= Math.ceil(average) + 1 && stepsLeft - step >= notesLeft - 1; step++) {
      const away = Math.abs(step - average) * 1.1;
      const score = weightOf(position + step, perBeat) * 0.55 - away + random.normal() * 0.35;
      if (score > bestScore) [best, bestScore] = [step, score];
    }
    positions.push(notesLeft === 1 ? last : position + best);
  }
  return positions;
}

function weightOf(slot: number, perBeat: number): number {
  const beat = (slot / perBeat) % BEATS_PER_BAR;
  if (beat === 0) return 3;
  if (beat === 2) return 2.3;
  if (Number.isInteger(beat)) return 1.7;
  return Number.isInteger(beat * 2) ? 0.9 : 0.2;
}
