import type { PlannedNote } from '../score/song-plan.ts';
import { nearestPitch } from './voicing.ts';
import type { FigureName } from './figures.ts';

/** Figures whose player walks to the next chord at the end of a phrase. */
const LEADING: ReadonlySet<FigureName> = new Set(['popBass', 'rootEighths', 'rootFifth', 'lofiBass', 'longBass']);
const LEAD_IN_BEAT = 3;

/** One bar of a bass and where it goes. */
export interface BassBar {
  readonly figure: FigureName;
  readonly barStart: number;
  readonly root: number;
  readonly nextRootPitchClass: number;
  /** The whole scale of the key, as pitch classes. */
  readonly scale: readonly number[];
}

/** Replaces the last beat of a bar by two steps of the scale that lead to the next root. */
export function leadIn(notes: readonly PlannedNote[], bar: BassBar): PlannedNote[] {
  const { figure, barStart, root, nextRootPitchClass, scale } = bar;
  if (!LEADING.has(figure) || notes.length === 0) return [...notes];
  const from = barStart + LEAD_IN_BEAT;
  const kept = notes
    .filter(({ startBeat }) => startBeat < from - 1e-6)
    .map((note) => ({ ...note, beats: Math.min(note.beats, from - note.startBeat - 0.04) }));
  const next = nearestPitch(nextRootPitchClass, root);
  // From above where the bass goes down, from below where it goes up or stays.
  const direction = next < root ? 1 : -1;
  const steps: number[] = [];
  for (let pitch = next + direction; steps.length < 2; pitch += direction) {
    if (scale.includes(((pitch % 12) + 12) % 12)) steps.unshift(pitch);
  }
  const { part, velocity } = notes[0]!;
  const walk = steps.map((pitch, index) => ({
    part,
    startBeat: from + index / 2,
    beats: 0.46,
    pitch,
    velocity: velocity - 4 + index * 3,
  }));
  return [...kept, ...walk];
}
