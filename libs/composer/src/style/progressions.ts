import type { ProgressionBook } from './profile.ts';

/** Pop, rock, folk, ballad and piano. */
export const POP_PROGRESSIONS: ProgressionBook = {
  verse: { major: ['1 5 6 4', '1 6 4 5', '1 3 6 4', '6 4 1 5'], minor: ['1 6 3 7', '1 4 6 7', '1 7 6 7'] },
  chorus: {
    major: ['4 5 3 6', '1 5 6 4', '6 4 1 5', '1 5 6 3 4 1 4 5'],
    minor: ['6 7 1 1', '1 6 3 7', '4 7 3 6'],
  },
  bridge: { major: ['4 5 6 6', '2 3 4 5', '6 5 4 5'], minor: ['4 5 1 1', '6 7 1 7', '4 1 6 5'] },
};

/** Jazz and lo-fi. */
export const JAZZ_PROGRESSIONS: ProgressionBook = {
  verse: { major: ['2 5 1 6', '1 6 2 5', '3 6 2 5'], minor: ['1 4 7 3', '2 5 1 1'] },
  chorus: { major: ['4 3 2 1', '2 5 3 6', '4 5 3 6'], minor: ['4 7 3 6', '1 6 2 5'] },
  bridge: { major: ['4 4 3 6', '6 2 5 5'], minor: ['6 7 1 1', '4 4 1 5'] },
};

/** Orchestral and ambient. */
export const EPIC_PROGRESSIONS: ProgressionBook = {
  verse: { major: ['1 1 6 4', '6 4 1 5'], minor: ['1 1 6 7', '1 6 3 7', '1 6 4 5'] },
  chorus: { major: ['6 4 1 5', '1 5 6 4'], minor: ['1 6 3 7', '1 3 7 4', '6 7 1 1'] },
  bridge: { major: ['4 1 5 6'], minor: ['4 6 1 5', '6 3 7 1'] },
};

/** Electronic dance music and hip-hop. */
export const CLUB_PROGRESSIONS: ProgressionBook = {
  verse: { major: ['6 4 1 5'], minor: ['1 6 3 7', '6 7 1 3'] },
  chorus: { major: ['6 4 1 5', '4 1 5 6', '4 5 6 3'], minor: ['6 7 1 3', '1 6 3 7', '6 3 7 1'] },
  bridge: { major: ['4 5 6 1'], minor: ['4 6 7 1', '6 6 7 7'] },
};

/** Gufeng, the Chinese style of old poems. */
export const GUFENG_PROGRESSIONS: ProgressionBook = {
  verse: { major: ['1 6 2 5', '1 5 6 3', '6 4 5 1'], minor: ['1 6 7 1', '1 4 7 3', '6 7 1 5'] },
  chorus: { major: ['4 5 3 6', '4 5 1 6', '1 5 6 3 4 3 2 5'], minor: ['6 7 5 1', '4 7 3 6', '6 7 1 3'] },
  bridge: { major: ['6 3 4 5', '2 5 3 6'], minor: ['4 6 7 1', '6 4 7 5'] },
};
