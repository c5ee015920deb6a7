import { createRandom, type Random } from '../random.ts';

/** The idea behind a line of melody. Lines that share a motif sound alike, with other words on other chords. */
export interface Motif {
  readonly name: string;
  /** Height at the start, after each third, and at the end, in scale steps. */
  readonly contour: readonly number[];
  /** Small deviations in scale steps, one per note. */
  readonly wiggle: readonly number[];
  /** Eighths of rest before the first note. */
  readonly pickup: number;
}

const CONTOURS: readonly (readonly number[])[] = [
  [0, 1, 2, 1],
  [0, 2, 1, -1],
  [2, 1, 0, -1],
  [0, 0, 1, 2],
  [1, 2, 0, 0],
  [-1, 1, 2, 0],
  [2, 2, 1, 0],
  [0, -1, 1, 0],
  [0, 2, 3, 1],
];

/** The motif of this name in the song of this seed. */
export function motifNamed(name: string, seed: number): Motif {
  const random = createRandom(seed, `motif ${name}`);
  return {
    name,
    contour: random.pick(CONTOURS),
    wiggle: Array.from({ length: 24 }, () => random.normal() * 0.9),
    pickup: random.pick([0, 0, 0, 1, 2]),
  };
}

/** Draws that belong to a motif and a number of syllables: equal lines get equal rhythms. */
export function motifRandom(motif: Motif, syllables: number, seed: number): Random {
  return createRandom(seed, `rhythm ${motif.name} ${syllables}`);
}

/** Which motif each line takes, as letters: AABC and its kin, so that a section repeats, varies and closes. */
export function motifPattern(lines: number): string[] {
  const short = ['', 'A', 'AB', 'AAC', 'AABC', 'AABBC', 'AABAAC'];
  return Array.from(short[lines] ?? 'AABC'.repeat(Math.ceil(lines / 4)).slice(0, lines));
}
