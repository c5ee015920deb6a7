import { BEATS_PER_BAR } from '../engine.ts';
import type { SectionTag } from '../lyrics/section-tags.ts';
import type { Random } from '../random.ts';
import type { PlannedNote } from '../score/song-plan.ts';
import { fillBar, fillStart } from './drum-fills.ts';
import { DRUM_PATTERNS, type DrumStyle } from './drum-patterns.ts';
import { varyBar } from './drum-variation.ts';
import { directionTo, endsPhrase, phraseAccent } from './phrase.ts';

/** What the drummer needs to know of a section. */
export interface DrumRequest {
  readonly style: DrumStyle;
  readonly tag: SectionTag;
  readonly bars: number;
  readonly energy: number;
  readonly nextTag: SectionTag | undefined;
  readonly random: Random;
}

const PLAYS_WHEN_QUIET: ReadonlySet<DrumStyle> = new Set(['edm', 'gufeng', 'epic']);
const PLAYS_NO_CRASHES: ReadonlySet<DrumStyle> = new Set(['lofi', 'jazz']);
const STEPS = 16;
const FILLS_FROM_ENERGY = 0.45;
const KICK = 36;
const CRASH = 49;
const CHINA = 52;
const SECOND_CRASH = 57;

/**
 * The drums of one section: a pattern by its energy that varies from bar to bar and turns at the end of each phrase, a fill
 * into the next section, a crash where a full one starts.
 */
export function writeDrums(request: DrumRequest): PlannedNote[] {
  const { style, bars, energy, nextTag, tag, random } = request;
  if (style === 'none' || (energy < 0.42 && !PLAYS_WHEN_QUIET.has(style)) || (tag === 'intro' && bars <= 2)) return [];
  const notes: PlannedNote[] = [];
  const hit = (startBeat: number, pitch: number, velocity: number): void => {
    notes.push({ part: 'drums', startBeat, beats: 0.2, pitch, velocity });
  };
  const level = energy < 0.45 ? 0 : energy < 0.75 ? 1 : 2;
  const lanes = DRUM_PATTERNS[style][level]!;
  const direction = directionTo(tag, nextTag);
  for (let bar = 0; bar < bars; bar++) {
    const barStart = bar * BEATS_PER_BAR;
    const isLast = bar === bars - 1;
    if (isLast && nextTag === undefined) {
      hit(barStart, KICK, 90);
      if (energy > 0.3 && style !== 'gufeng') hit(barStart, CRASH, 70);
      continue;
    }
    const accent = phraseAccent(bar, bars, tag, nextTag);
    const fills = isLast && energy >= FILLS_FROM_ENERGY;
    const until = fills ? fillStart(style, direction) : STEPS;
    for (const { step, drum, velocity } of varyBar({ style, level, lanes, turns: endsPhrase(bar, bars), random })) {
      if (step < until) hit(barStart + step / 4, drum, velocity + accent);
    }
    const fill = { style, direction, random };
    if (fills) fillBar(fill, (step, drum, velocity) => hit(barStart + step / 4, drum, velocity));
    if (bar === 0 && energy >= 0.75 && !PLAYS_NO_CRASHES.has(style)) {
      hit(barStart, style === 'gufeng' ? CHINA : CRASH, style === 'gufeng' ? 46 : 92);
    }
    if (bar === 0 && energy > 0.5 && style === 'epic') hit(barStart, SECOND_CRASH, 90);
  }
  return notes;
}
