import type { FigureName } from '../arrange/figures.ts';
import type { DrumStyle } from '../arrange/drum-patterns.ts';
import type { Mode } from './keys.ts';

/** The groups that are balanced against each other. */
export type Stem = 'lead' | 'drums' | 'bass' | 'music';

/** One General MIDI sound and how it is placed. */
export interface Voice {
  /** General MIDI program, 0 to 127. */
  readonly program: number;
  /** Against the other voices of its stem, in dB. */
  readonly gainDb: number;
  /** -1 left to 1 right. */
  readonly pan: number;
  /** Reverb send, 0 to 127. */
  readonly reverb: number;
  /** Chorus send, 0 to 127. */
  readonly chorus?: number;
  /** Corner of the high-pass, in Hz. Default: by stem. */
  readonly highPassHz?: number;
}

/** A voice that accompanies: what it plays and from which energy of a section on (0 to 1). */
export interface Accompaniment extends Voice {
  readonly figure: FigureName;
  readonly fromEnergy: number;
}

/** Chord loops as scale degrees, one chord per bar, for major-like and minor-like modes. */
export interface Progressions {
  readonly major: readonly string[];
  readonly minor: readonly string[];
}

/** The chord loops of one style. */
export type ProgressionBook = Readonly<Record<'verse' | 'chorus' | 'bridge', Progressions>>;

/** Everything that one style of music decides. */
export interface StyleProfile {
  readonly name: string;
  /** The words that select it, English and Chinese. */
  readonly words: RegExp;
  /** Usual tempo, lowest and highest, in beats per minute. */
  readonly bpm: readonly [number, number];
  /** One is drawn; a mode that stands twice is twice as likely. */
  readonly modes: readonly Mode[];
  /** How late off-beats come, as a part of the beat's half (or of the beat with `swingUnit` 1). */
  readonly swing: number;
  /** In beats: 0.5 swings eighths within the half beat, 1 swings them over the whole beat. */
  readonly swingUnit: 0.5 | 1;
  readonly sevenths: boolean;
  readonly suspensions: boolean;
  readonly pentatonic: boolean;
  /** A second voice below the tune in the last chorus. */
  readonly harmony: boolean;
  /** In minor, the dominant before a cadence takes a major third. */
  readonly raisedLeadingNote: boolean;
  readonly drums: DrumStyle;
  /** Program of the drum kit. */
  readonly drumKit: number;
  /** Factor on all reverb sends. */
  readonly reverb: number;
  /** How far the bass drum pushes the other stems down, 0 to 1. */
  readonly duck: number;
  /** Level of record crackle, 0 to 1. */
  readonly crackle: number;
  /** Low-pass of the whole mix in Hz; 0 for none. */
  readonly lowPassHz: number;
  /** Factor on the small deviations of time and strength. */
  readonly humanise: number;
  readonly progressions: ProgressionBook;
  /** By part name. A part whose name starts with `bass` belongs to the bass stem. */
  readonly accompaniment: Readonly<Record<string, Accompaniment>>;
  /** Sounds for the tune; one is drawn. */
  readonly leads: readonly Voice[];
}
