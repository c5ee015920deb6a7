import type { SectionTag } from '../lyrics/section-tags.ts';

/** Sections are felt in phrases of this many bars. */
const PHRASE_BARS = 4;
/** Just above middle C. */
const USUAL_CENTER = 61;
/** How strong a kind of section usually is against the others. */
const STRENGTH: Readonly<Record<SectionTag, number>> = {
  outro: 0,
  // An intro leads into its verse, but does not outgrow it.
  intro: 1,
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

/** In semitones: every other phrase is voiced a little higher, so that a loop of chords does not come back as it was. */
const HIGHER_PHRASE_SEMITONES = 4;

/** Around which pitch the chords of a bar are voiced. */
export function voicingCenter(bar: number): number {
  return USUAL_CENTER + (Math.floor(bar / PHRASE_BARS) % 2) * HIGHER_PHRASE_SEMITONES;
}

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
