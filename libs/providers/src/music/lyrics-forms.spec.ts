import { aceStepLyrics, songGenerationLyrics, songGenerationParagraphs } from './lyrics-forms.ts';
import type { MusicSection } from './music-engine.ts';

const SONG: readonly MusicSection[] = [
  { tag: 'intro', lines: [], durationSeconds: 6 },
  { tag: 'verse', lines: ['Rain on the road', 'St. Mary; waits'], durationSeconds: 12 },
  { tag: 'pre-chorus', lines: ['空空的路', '远远的灯'], durationSeconds: 6 },
  { tag: 'chorus', lines: ['Come home'], durationSeconds: 8 },
  { tag: 'inst', lines: [], durationSeconds: 14 },
  { tag: 'outro', lines: ['[softly] goodbye'], durationSeconds: 30 },
  { tag: 'outro', lines: [], durationSeconds: 30 },
];

describe('lyrics in the forms of engines', () => {
  it('are one line for SongGeneration, whose marks never stand inside a line', () => {
    expect(songGenerationLyrics(SONG)).toBe(
      '[intro-short] ; [verse] Rain on the road. St Mary waits. ; [verse] 空空的路.远远的灯 ; [chorus] Come home. ; ' +
        '[inst-medium] ; [verse] softly goodbye. ; [outro-medium]',
    );
  });

  it('are paragraphs for the wrapper around it', () => {
    expect(songGenerationParagraphs(SONG.slice(0, 2))).toBe(
      '[intro-short]\n\n[verse]\nRain on the road\nSt Mary waits',
    );
  });

  it('are tagged lines for ACE-Step, with the points and semicolons that they have', () => {
    expect(aceStepLyrics([SONG[1]!, SONG[2]!, SONG[4]!])).toBe(
      '[Verse]\nRain on the road\nSt. Mary; waits\n\n[Pre-Chorus]\n空空的路\n远远的灯\n\n[Instrumental]',
    );
  });

  it('have no words where there are none, and no section that an engine does not know', () => {
    const [, tags] = [songGenerationLyrics(SONG), songGenerationLyrics(SONG).match(/\[[a-z-]+\]/g)];
    expect(tags).toHaveLength(SONG.length);
    const known = /^\[(?:verse|chorus|bridge|(?:intro|inst|outro)-(?:short|medium))\]$/;
    for (const tag of tags!) expect(tag).toMatch(known);
    expect(aceStepLyrics([{ tag: 'unheard-of', lines: ['la'], durationSeconds: 1 }])).toBe('[Verse]\nla');
  });
});
