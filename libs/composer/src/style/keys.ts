/** Seven-note scales as semitones above the tonic. */
export const SCALES = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
} as const;

/** Name of a scale. */
export type Mode = keyof typeof SCALES;

/** A tonic as pitch class (0 is C) and its mode. */
export interface Key {
  readonly tonic: number;
  readonly mode: Mode;
}

const PITCH_NAMES = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];
const NATURALS: Readonly<Record<string, number>> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 };
const MODE_WORDS: readonly (readonly [RegExp, Mode])[] = [
  [/^(?:major|maj|大调)$/i, 'major'],
  [/^(?:minor|min|小调)$/i, 'minor'],
  [/^dorian$/i, 'dorian'],
  [/^mixolydian$/i, 'mixolydian'],
];
const KEY_SOURCE = '([a-g])\\s*(#|♯|b|♭|sharp|flat)?\\s*-?\\s*(major|minor|maj|min|dorian|mixolydian|大调|小调)';
const KEY_ALONE = new RegExp(`^\\s*${KEY_SOURCE}\\s*$`, 'i');
const KEY_WITHIN = new RegExp(`(?<![a-z])${KEY_SOURCE}(?![a-z])`, 'i');

/** What an error says about the form of a key. */
export const KEY_FORM = `a tonic and a mode, for example 'A minor', 'Bb major' or 'D dorian'`;

/** Reads a text that is a key and nothing else. Undefined when it is none. */
export function parseKey(text: string): Key | undefined {
  return keyOf(KEY_ALONE.exec(text));
}

/** The first key that a longer text names. */
export function findKey(text: string): Key | undefined {
  return keyOf(KEY_WITHIN.exec(text));
}

/** 'A minor' */
export function keyName(key: Key): string {
  return `${pitchClassName(key.tonic)} ${key.mode}`;
}

/** 'Eb' for 3 */
export function pitchClassName(pitchClass: number): string {
  return PITCH_NAMES[((pitchClass % 12) + 12) % 12]!;
}

/** True for the modes with a minor third. */
export function isMinorLike(mode: Mode): boolean {
  return SCALES[mode][2] === 3;
}

/** The notes a tune uses, as semitones above the tonic: all seven, or the five that never rub against each other. */
export function melodyScale(mode: Mode, pentatonic: boolean): number[] {
  const degrees = !pentatonic ? [0, 1, 2, 3, 4, 5, 6] : isMinorLike(mode) ? [0, 2, 3, 4, 6] : [0, 1, 2, 4, 5];
  return degrees.map((degree) => SCALES[mode][degree]!);
}

function keyOf(match: RegExpExecArray | null): Key | undefined {
  const [, letter, accidental, modeWord] = match ?? [];
  const mode = MODE_WORDS.find(([word]) => word.test(modeWord ?? ''))?.[1];
  if (letter === undefined || !mode) return undefined;
  const shift = accidental === undefined ? 0 : /^(?:#|♯|sharp)$/i.test(accidental) ? 1 : -1;
  return { tonic: (NATURALS[letter.toLowerCase()]! + shift + 12) % 12, mode };
}
