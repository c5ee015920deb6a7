import { BEATS_PER_BAR, SONG_TAIL_SECONDS } from '../engine.ts';
import type { LyricLine, LyricSection } from '../lyrics/parse-lyrics.ts';
import type { SectionTag } from '../lyrics/section-tags.ts';

/** A section whose length is known and whose notes are not. `lineBars` has one entry per line. */
export interface FormSection {
  readonly tag: SectionTag;
  readonly name: string;
  readonly bars: number;
  readonly lines: readonly LyricLine[];
  readonly lineBars: readonly number[];
}

/** The tempo and the sections of a song. */
export interface SongForm {
  readonly bpm: number;
  readonly sections: readonly FormSection[];
}

const SYLLABLES_PER_SECOND = 3.8;
const SYLLABLES_PER_BAR = 7.5;

/** Length of one bar in seconds. */
export function barSeconds(bpm: number): number {
  return (60 / bpm) * BEATS_PER_BAR;
}

/** Length of a form with its tail, in seconds. */
export function formSeconds(form: SongForm): number {
  return form.sections.reduce((sum, section) => sum + section.bars, 0) * barSeconds(form.bpm) + SONG_TAIL_SECONDS;
}

/** How many bars a line of so many syllables takes: a power of two, so that phrases stay square. */
export function barsForLine(syllables: number, bpm: number): number {
  const perBar = Math.min(SYLLABLES_PER_BAR, barSeconds(bpm) * SYLLABLES_PER_SECOND);
  let bars = 1;
  while (syllables > perBar * bars) bars *= 2;
  return bars;
}

/** The sung sections at a tempo. Lines of one section take equal bars where they differ by one step. */
export function sungSection(section: LyricSection, bpm: number): FormSection {
  const own = section.lines.map((line) => barsForLine(line.syllables.length, bpm));
  const most = Math.max(...own);
  const lineBars = own.map((bars) => (bars * 2 === most || most <= 2 ? most : bars));
  const bars = lineBars.reduce((sum, count) => sum + count, 0);
  return { tag: section.tag, name: section.name, bars: bars + (bars % 2), lines: section.lines, lineBars };
}

/** A section without words. */
export function wordlessSection(tag: SectionTag, bars: number, name: string = tag): FormSection {
  return { tag, name, bars, lines: [], lineBars: [] };
}
