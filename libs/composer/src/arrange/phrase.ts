import type { SectionTag } from '../lyrics/section-tags.ts';

/** Sections are felt in phrases of this many bars. */
const PHRASE_BARS = 4;
/** How strong a kind of section usually is against the others. */
const STRENGTH: Readonly<Record<SectionTag, number>> = {
  intro: 0,
  outro: 0,
  verse: 1,
  bridge: 1,
  'pre-chorus': 2,
  inst: 3,
  chorus: 4,
};
/** In steps of velocity. */
const PHRASE_ARC = [-2, 0, 3, 1];
const RISE = [3, 8];
const FALL = [-1, -5];

/** True in the last bar of a phrase, where players vary what they do; the last bar of a section has fills of its own. */
export function endsPhrase(bar: number, bars: number): boolean {
  return bar % PHRASE_BARS === PHRASE_BARS - 1 && bar < bars - 1;
}

/** Where the music goes at the end of a section: up to a stronger one (1), down to a weaker one (-1), or on (0). */
export function directionTo(tag: SectionTag, nextTag: SectionTag | undefined): -1 | 0 | 1 {
  if (nextTag === undefined) return -1;
  return Math.sign(STRENGTH[nextTag] - STRENGTH[tag]) as -1 | 0 | 1;
}

/**
 * What a bar is played stronger or softer for its place, in steps of velocity: each phrase swells a little, and the last two
 * bars of a section grow towards a stronger one or give way to a weaker one.
 */
export function phraseAccent(bar: number, bars: number, tag: SectionTag, nextTag: SectionTag | undefined): number {
  const arc = PHRASE_ARC[bar % PHRASE_BARS]!;
  const place = bar - (bars - 2);
  if (place < 0 || bars < 3) return arc;
  const direction = directionTo(tag, nextTag);
  return arc + (direction > 0 ? RISE[place]! : direction < 0 ? FALL[place]! : 0);
}
