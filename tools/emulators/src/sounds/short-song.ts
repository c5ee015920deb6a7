import type { SongUnderTest } from '@framesong/providers/music-conformance';

/** A song for tests. */
export const SHORT_SONG: SongUnderTest = {
  style: 'folk, warm',
  bpm: 120,
  key: 'C major',
  seed: 7,
  sections: [
    { tag: 'verse', lines: ['the light is low'], durationSeconds: 10 },
    { tag: 'chorus', lines: ['we find the way'], durationSeconds: 10 },
  ],
  tailSeconds: 0.5,
};

/** The same with sections of this length. */
export function lengthened(song: SongUnderTest, durationSeconds: number): SongUnderTest {
  return { ...song, sections: song.sections.map((section) => ({ ...section, durationSeconds })) };
}
