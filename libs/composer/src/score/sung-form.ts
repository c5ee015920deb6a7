import { SONG_TAIL_SECONDS } from '../engine.ts';
import type { LyricSection } from '../lyrics/parse-lyrics.ts';
import { barSeconds, formSeconds, sungSection, wordlessSection, type FormSection, type SongForm } from './form.ts';

const SIZES = { short: 2, medium: 4, long: 8 } as const;
const LONGEST_WORDLESS_BARS = 16;
const SHORT_SONG_SUNG_BARS = 12;

/**
 * The form of a song with words: the sections of the lyrics in their order, with an intro and an outro where they have
 * none. To reach `durationSeconds` it chooses a tempo of the range, stretches or shrinks the sections without words, and
 * adds interludes; the words themselves are never cut or repeated.
 */
export function sungForm(
  lyrics: readonly LyricSection[],
  bpmRange: readonly [number, number],
  durationSeconds: number | undefined,
  drawnBpm: number,
): SongForm {
  const outline = withEnds(lyrics);
  if (durationSeconds === undefined) return { bpm: drawnBpm, sections: naturalSections(outline, drawnBpm) };
  let best: SongForm | undefined;
  let bestCost = Infinity;
  for (const bpm of tempi(bpmRange)) {
    const form = { bpm, sections: stretchedSections(outline, bpm, durationSeconds) };
    // A tempo away from the drawn one must win more than it costs.
    const cost = Math.abs(formSeconds(form) - durationSeconds) + Math.abs(bpm - drawnBpm) * 0.02;
    if (cost < bestCost) [best, bestCost] = [form, cost];
  }
  return best!;
}

/** All whole tempi of a range, or the one that it consists of. */
export function tempi([low, high]: readonly [number, number]): number[] {
  return low === high ? [low] : Array.from({ length: high - low + 1 }, (_, index) => low + index);
}

function withEnds(lyrics: readonly LyricSection[]): LyricSection[] {
  const outline = [...lyrics];
  if (outline[0]?.tag !== 'intro') outline.unshift({ tag: 'intro', name: 'intro', lines: [] });
  if (outline.at(-1)?.tag !== 'outro') outline.push({ tag: 'outro', name: 'outro', lines: [] });
  return outline;
}

function naturalSections(outline: readonly LyricSection[], bpm: number): FormSection[] {
  const sung = outline.filter((section) => section.lines.length > 0).map((section) => sungSection(section, bpm));
  const short = sung.reduce((sum, section) => sum + section.bars, 0) <= SHORT_SONG_SUNG_BARS;
  return outline.map((section) => {
    if (section.lines.length > 0) return sungSection(section, bpm);
    const usual = section.tag === 'inst' ? 8 : short ? 2 : 4;
    return wordlessSection(section.tag, section.size ? SIZES[section.size] : usual, section.name);
  });
}

function stretchedSections(outline: readonly LyricSection[], bpm: number, durationSeconds: number): FormSection[] {
  const wantedBars = Math.round((durationSeconds - SONG_TAIL_SECONDS) / barSeconds(bpm));
  const sungBars = outline
    .filter((section) => section.lines.length > 0)
    .reduce((sum, section) => sum + sungSection(section, bpm).bars, 0);
  const freeBars = wantedBars - sungBars;
  const extended = withInterludes(outline, freeBars);
  const wordless = extended.filter((section) => section.lines.length === 0);
  const shares = shareBars(
    freeBars,
    wordless.map((section) => (section.tag === 'inst' ? 2 : 1)),
  );
  return extended.map((section) => {
    if (section.lines.length > 0) return sungSection(section, bpm);
    return wordlessSection(section.tag, shares[wordless.indexOf(section)]!, section.name);
  });
}

/** Adds interludes after choruses, else before the outro, until the free bars have room. */
function withInterludes(outline: readonly LyricSection[], freeBars: number): LyricSection[] {
  const extended = [...outline];
  const room = (): number =>
    extended.reduce(
      (sum, section) => sum + (section.lines.length > 0 ? 0 : section.tag === 'inst' ? LONGEST_WORDLESS_BARS : 8),
      0,
    );
  while (room() < freeBars) {
    const free = extended.findIndex(
      (section, index) => section.tag === 'chorus' && !['inst', 'outro'].includes(extended[index + 1]?.tag ?? 'outro'),
    );
    extended.splice(free >= 0 ? free + 1 : extended.length - 1, 0, { tag: 'inst', name: 'inst', lines: [] });
  }
  return extended;
}

/** Shares bars by weight; each share is 1 bar at least and, from 3 on, even where that can be. */
function shareBars(total: number, weights: readonly number[]): number[] {
  let bars = Math.max(total, weights.length);
  let weight = weights.reduce((sum, value) => sum + value, 0);
  return weights.map((own, index) => {
    const left = weights.length - index - 1;
    if (left === 0) return bars;
    const exact = (bars * own) / weight;
    const even = exact >= 3 ? Math.round(exact / 2) * 2 : Math.round(exact);
    const share = Math.max(1, Math.min(even, bars - left));
    bars -= share;
    weight -= own;
    return share;
  });
}
