import { aceStepLyrics } from '../lyrics-forms.ts';
import type { MusicSection } from '../music-engine.ts';

/** The lyrics of a song in the form that a hosted model reads. */
export type HostedLyrics = (sections: readonly MusicSection[]) => string;

/** As the pages of ACE-Step on both platforms say: tags on lines of their own, and one tag alone for a song without words. */
export const aceStepHosted: HostedLyrics = (sections) =>
  isInstrumental(sections) ? '[Instrumental]' : aceStepLyrics(sections);

/** The same with the names that MiniMax Music has for sections; what has no words is its tags alone. */
export const miniMaxLyrics: HostedLyrics = (sections) =>
  aceStepLyrics(sections).replaceAll('[Pre-Chorus]', '[Pre Chorus]').replaceAll('[Instrumental]', '[Inst]');

export function isInstrumental(sections: readonly MusicSection[]): boolean {
  return sections.every(({ lines }) => lines.length === 0);
}
