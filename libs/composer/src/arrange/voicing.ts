import type { PlannedChord } from '../score/song-plan.ts';

/** The pitch of a pitch class that lies nearest to `center`, at most a tritone away. */
export function nearestPitch(pitchClass: number, center: number): number {
  const above = (((pitchClass - center) % 12) + 12) % 12;
  return center + (above > 6 ? above - 12 : above);
}

/** The notes of a chord in close position, in the inversion that moves least from `previous` and stays around `center`. */
export function voiceChord(chord: PlannedChord, previous: readonly number[] | undefined, center: number): number[] {
  let best: number[] = [];
  let bestCost = Infinity;
  chord.pitchClasses.forEach((lowest, inversion) => {
    const pitches = [nearestPitch(lowest, center - 5)];
    for (let index = 1; index < chord.pitchClasses.length; index++) {
      const pitchClass = chord.pitchClasses[(inversion + index) % chord.pitchClasses.length]!;
      pitches.push(nextAbove(pitches.at(-1)!, pitchClass));
    }
    const off = Math.abs((pitches[0]! + pitches.at(-1)!) / 2 - center);
    const moved = previous
      ? pitches.reduce(
          (sum, pitch, index) => sum + Math.abs(pitch - previous[Math.min(index, previous.length - 1)]!),
          0,
        )
      : 0;
    const cost = moved + off * (previous ? 0.6 : 1);
    if (cost < bestCost) [best, bestCost] = [pitches, cost];
  });
  return best;
}

/** The first pitch above `pitch` that is of `pitchClass`. */
export function nextAbove(pitch: number, pitchClass: number): number {
  const step = (((pitchClass - pitch) % 12) + 12) % 12;
  return pitch + (step === 0 ? 12 : step);
}
