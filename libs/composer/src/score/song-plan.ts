import type { SectionTag } from '../lyrics/section-tags.ts';
import type { Stem } from '../style/profile.ts';

/** One note. `startBeat` counts from the start of its section. */
export interface PlannedNote {
  /** Name of a {@link PlannedPart}. */
  readonly part: string;
  readonly startBeat: number;
  readonly beats: number;
  /** MIDI note number; for drums the General MIDI instrument. */
  readonly pitch: number;
  /** 1 to 127 */
  readonly velocity: number;
  /** The syllable sung on it; only notes of the tune have one. */
  readonly syllable?: string;
}

/** One change of a MIDI controller; 11 is expression. */
export interface PlannedControl {
  readonly part: string;
  readonly startBeat: number;
  readonly controller: 11;
  readonly value: number;
}

/** The harmony of one bar. Pitch classes: 0 is C. */
export interface PlannedChord {
  readonly bar: number;
  readonly name: string;
  /** 1 to 7, degree of the scale. */
  readonly degree: number;
  readonly rootPitchClass: number;
  readonly pitchClasses: readonly number[];
}

/** One line of lyrics with its time in the song. */
export interface PlannedLine {
  readonly text: string;
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

/** One section: what is rendered in one step. */
export interface PlannedSection {
  readonly index: number;
  readonly tag: SectionTag;
  /** The tag as the lyrics write it. */
  readonly name: string;
  readonly bars: number;
  /** Beats from the start of the song. */
  readonly startBeat: number;
  readonly startSeconds: number;
  /** Without the tail. */
  readonly durationSeconds: number;
  /** 0 to 1: how much plays, and how strongly. */
  readonly energy: number;
  readonly chords: readonly PlannedChord[];
  readonly notes: readonly PlannedNote[];
  readonly controls: readonly PlannedControl[];
  readonly lines: readonly PlannedLine[];
  /** The style, where it is not that of the song. */
  readonly profile?: string;
  /** The instruments, where they are not those of the song. */
  readonly parts?: readonly PlannedPart[];
}

/** One instrument. */
export interface PlannedPart {
  readonly name: string;
  readonly stem: Stem;
  /** MIDI channel, 0 to 15; 9 is drums. */
  readonly channel: number;
  /** General MIDI program. */
  readonly program: number;
  /** All corrections together: balance, loudness of the sampled sound, style. */
  readonly gainDb: number;
  /** -1 left to 1 right. */
  readonly pan: number;
  /** 0 to 127 */
  readonly reverb: number;
  /** 0 to 127 */
  readonly chorus: number;
  readonly highPassHz: number;
}

/** A whole song as data: plain JSON, and all that rendering needs. */
export interface SongPlan {
  readonly engine: { readonly name: string; readonly version: string };
  readonly seed: number;
  /** Name of the style, for example `folk`. */
  readonly profile: string;
  readonly bpm: number;
  readonly beatsPerBar: number;
  /** For example `A minor`. */
  readonly key: string;
  readonly instrumental: boolean;
  /** The whole song with its tail. */
  readonly durationSeconds: number;
  readonly parts: readonly PlannedPart[];
  readonly sections: readonly PlannedSection[];
  /** What could not be honoured, or was understood loosely. */
  readonly warnings: readonly string[];
}
