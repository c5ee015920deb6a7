import type { PlannedNote } from '../score/song-plan.ts';

/** Two strokes of one key nearer than this, in beats, are one stroke. */
const SAME_STROKE_BEATS = 0.03;

/**
 * Makes sorted notes playable: a note ends where its own key is struck again, a note of the tune where the next one begins,
 * and all where the section ends. Without this a player that ends keys by number, as MIDI files are played, would cut the
 * later note off.
 * @param endBeat where the section ends; Infinity for the last one, which may ring on
 */
export function endBeforeNext(notes: readonly PlannedNote[], endBeat: number): PlannedNote[] {
  const finished: PlannedNote[] = [];
  const lastOf = new Map<string, number>();
  for (const played of notes) {
    const left = roundDown(endBeat - played.startBeat);
    const note = played.beats > left ? { ...played, beats: left } : played;
    const line = note.part === 'lead' ? 'lead' : `${note.part} ${note.pitch}`;
    const before = lastOf.get(line);
    const last = before === undefined ? undefined : finished[before]!;
    if (last && note.part !== 'lead' && note.startBeat - last.startBeat < SAME_STROKE_BEATS) {
      finished[before!] = { ...last, beats: Math.max(last.beats, note.beats) };
      continue;
    }
    if (last && last.startBeat + last.beats > note.startBeat) {
      finished[before!] = { ...last, beats: roundDown(note.startBeat - last.startBeat) };
    }
    lastOf.set(line, finished.push(note) - 1);
  }
  return finished;
}

/** To a ten-thousandth of a beat, as all notes have. */
function roundDown(beats: number): number {
  return Math.floor(beats * 10_000 + 1e-6) / 10_000;
}
