import type { Random } from '../random.ts';
import type { PlannedNote } from '../score/song-plan.ts';
import type { StyleProfile } from '../style/profile.ts';

/** Swings the off-beats and moves every note a little in time and strength, as players do. Sorted by time. */
export function humanise(notes: readonly PlannedNote[], profile: StyleProfile, random: Random): PlannedNote[] {
  return notes
    .map((note) => {
      const reach = note.part === 'drums' ? 0.6 : note.part === 'lead' ? 1.2 : 1;
      const drift = random.normal() * 0.0045 * profile.humanise * reach;
      const velocity = note.velocity + random.normal() * 3.5 * profile.humanise;
      return {
        ...note,
        startBeat: round(Math.max(0, swing(note.startBeat, profile) + drift)),
        beats: round(note.beats),
        velocity: Math.round(Math.min(125, Math.max(8, velocity))),
      };
    })
    .sort((a, b) => a.startBeat - b.startBeat || a.pitch - b.pitch);
}

function swing(startBeat: number, { swing: amount, swingUnit }: StyleProfile): number {
  const phase = (startBeat / swingUnit) % 1;
  return amount > 0 && Math.abs(phase - 0.5) < 0.03 ? startBeat + amount * swingUnit * 0.5 : startBeat;
}

/** Keeps the plan small: a ten-thousandth of a beat is far below what can be heard. */
function round(beats: number): number {
  return Math.round(beats * 10_000) / 10_000;
}
