import type { Random } from '../random.ts';
import type { SectionTag } from '../lyrics/section-tags.ts';
import type { PlannedChord } from '../score/song-plan.ts';

/** What a figure sees of the bar it fills. Beats count from the start of the bar. */
export interface Bar {
  readonly index: number;
  readonly sectionTag: SectionTag;
  readonly chord: PlannedChord;
  readonly nextChord: PlannedChord;
  /** The chord in close position in the middle of the keyboard, led smoothly from bar to bar. */
  readonly chordPitches: readonly number[];
  /** Root and fifth in the bass. */
  readonly root: number;
  readonly fifth: number;
  /** The last bar of a phrase, but not of the section: players vary what they do. */
  readonly endsPhrase: boolean;
  /** 0 quiet, 1 middle, 2 full. */
  readonly level: 0 | 1 | 2;
  /** The scale of the key over the whole keyboard that a run may use. */
  readonly runPitches: readonly number[];
  readonly random: Random;
  /** True while the tune sounds, or is just about to. */
  leadSounds(beat: number): boolean;
  /** Adds a note; `accent` is added to the part's usual velocity. */
  play(startBeat: number, beats: number, pitch: number, accent?: number): void;
  /** Adds all notes of the chord at once. */
  strike(startBeat: number, beats: number, accent?: number): void;
  /** Sets how strongly the part plays from here on, 0 to 127. */
  express(startBeat: number, value: number): void;
}

/** Fills one bar for one instrument. */
export type Figure = (bar: Bar) => void;

/**
 * A figure that strikes the chord at fixed times: for each level a list of [start beat, beats, accent], and one for the end of
 * a phrase in a section that is not quiet.
 */
export function chordRhythm(
  quiet: readonly Strike[],
  middle: readonly Strike[] = quiet,
  full: readonly Strike[] = middle,
  phraseEnd?: readonly Strike[],
): Figure {
  return (bar) => {
    const usual = [quiet, middle, full][bar.level]!;
    const strikes = bar.endsPhrase && bar.level > 0 ? (phraseEnd ?? usual) : usual;
    for (const [startBeat, beats, accent] of strikes) bar.strike(startBeat, beats, accent);
  };
}

/** [start beat, beats, accent] */
export type Strike = readonly [number, number, number];

/** Plays pitches in turn, a note every `stepBeats`; the other way round at the end of a phrase. */
export function cycle(bar: Bar, stepBeats: number, pitches: readonly number[], hold: number, accent: number): void {
  const count = pitches.length;
  for (let step = 0; step * stepBeats < 4 - 1e-6; step++) {
    const stress = (step === 0 ? 6 : 0) - (step % 2) * 8;
    const turned = bar.endsPhrase && step > 0 ? count - (step % count || count) : step % count;
    bar.play(step * stepBeats, stepBeats * hold, pitches[turned]!, accent + stress);
  }
}
