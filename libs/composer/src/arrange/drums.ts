import { BEATS_PER_BAR } from '../engine.ts';
import type { SectionTag } from '../lyrics/section-tags.ts';
import type { Random } from '../random.ts';
import type { PlannedNote } from '../score/song-plan.ts';
import { DRUM_PATTERNS, type DrumStyle } from './drum-patterns.ts';

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
const PLAYS_NO_FILLS: ReadonlySet<DrumStyle> = new Set(['gufeng', 'jazz', 'lofi']);
const KICK = 36;
const SNARE = 38;
const CRASH = 49;
const CHINA = 52;
const SECOND_CRASH = 57;

/** The drums of one section: a pattern by its energy, a fill into the next one, a crash where a full one starts. */
export function writeDrums(request: DrumRequest): PlannedNote[] {
  const { style, bars, energy, nextTag, tag } = request;
  if (style === 'none' || (energy < 0.42 && !PLAYS_WHEN_QUIET.has(style)) || (tag === 'intro' && bars <= 2)) return [];
  const notes: PlannedNote[] = [];
  const hit = (startBeat: number, pitch: number, velocity: number): void => {
    notes.push({ part: 'drums', startBeat, beats: 0.2, pitch, velocity });
  };
  const lanes = DRUM_PATTERNS[style][energy < 0.45 ? 0 : energy < 0.75 ? 1 : 2]!;
  for (let bar = 0; bar < bars; bar++) {
    const barStart = bar * BEATS_PER_BAR;
    const isLast = bar === bars - 1;
    if (isLast && nextTag === undefined) {
      hit(barStart, KICK, 90);
      if (energy > 0.3 && style !== 'gufeng') hit(barStart, CRASH, 70);
      continue;
    }
    const fills = isLast && energy >= 0.5 && !PLAYS_NO_FILLS.has(style);
    for (const [drum, strokes] of lanes) {
      Array.from(strokes)
        .slice(0, fills ? 12 : 16)
        .forEach((stroke, step) => {
          if (stroke !== '.') hit(barStart + step / 4, drum, 28 + Number(stroke) * 10 + request.random.normal() * 4);
        });
    }
    if (fills) fillBar(style, nextTag, (step, drum, velocity) => hit(barStart + step / 4, drum, velocity));
    if (bar === 0 && energy >= 0.75 && style !== 'lofi' && style !== 'jazz') {
      hit(barStart, style === 'gufeng' ? CHINA : CRASH, style === 'gufeng' ? 46 : 92);
    }
    if (bar === 0 && energy > 0.5 && style === 'epic') hit(barStart, SECOND_CRASH, 90);
  }
  return notes;
}

type Hit = (step: number, drum: number, velocity: number) => void;

const TOM_FILL = [
  [12, 38],
  [13, 38],
  [14, 48],
  [14.67, 45],
  [15.33, 41],
] as const;

function fillBar(style: DrumStyle, nextTag: SectionTag | undefined, hit: Hit): void {
  if (style === 'epic') {
    for (let step = 8; step < 16; step++) hit(step, step % 3 === 0 ? 43 : 41, 60 + step * 3.5);
  } else if (style === 'edm' || style === 'trap') {
    const roll = nextTag === 'chorus' ? 0 : 12;
    for (let step = roll; step < 16; step++) hit(step, SNARE, roll === 0 ? 48 + step * 4.2 : 60 + (step - 12) * 8);
  } else {
    TOM_FILL.forEach(([step, drum], index) => hit(step, drum, 78 + index * 6));
  }
}
