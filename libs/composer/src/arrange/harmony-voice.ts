import type { PlannedChord, PlannedNote } from '../score/song-plan.ts';
import { SCALES, type Key } from '../style/keys.ts';
import { BEATS_PER_BAR } from '../engine.ts';

/** The part that sings along below the tune. */
export const HARMONY_PART = 'harmony';

/** From this energy of a section on: the last chorus, which is to be more than the ones before. */
export const HARMONY_FROM_ENERGY = 0.98;

const NARROWEST_SEMITONES = 3;
const WIDEST_SEMITONES = 9;
const SOFTER = 14;
const HELD_BEATS = 0.9;

/** A second voice: a third below the tune, or the next note of the chord below it where the tune rests on a note. */
export function harmonise(tune: readonly PlannedNote[], chords: readonly PlannedChord[], key: Key): PlannedNote[] {
  const scale: readonly number[] = SCALES[key.mode];
  return tune.flatMap((note) => {
    const bar = Math.min(chords.length - 1, Math.floor(note.startBeat / BEATS_PER_BAR));
    const { pitchClasses } = chords[bar]!;
    const fits = (pitch: number): boolean => {
      if (note.beats >= HELD_BEATS || note.startBeat % 2 < 0.1) return pitchClasses.includes(pitch % 12);
      const inScale = scale.includes((pitch - key.tonic + 120) % 12);
      return inScale && !pitchClasses.some((pitchClass) => Math.abs(pitchClass - (pitch % 12)) % 10 === 1);
    };
    for (let below = NARROWEST_SEMITONES; below <= WIDEST_SEMITONES; below++) {
      const pitch = note.pitch - below;
      if (!fits(pitch)) continue;
      const { startBeat, beats, velocity } = note;
      return [{ part: HARMONY_PART, startBeat, beats, pitch, velocity: velocity - SOFTER }];
    }
    return [];
  });
}
