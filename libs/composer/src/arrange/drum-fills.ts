import type { Random } from '../random.ts';
import type { DrumStyle } from './drum-patterns.ts';

/** The end of a section: where the music goes, up (1), down (-1) or on (0). */
export interface Fill {
  readonly style: Exclude<DrumStyle, 'none'>;
  readonly direction: -1 | 0 | 1;
  readonly random: Random;
}

/** `step` counts sixteenths of the bar. */
type Hit = (step: number, drum: number, velocity: number) => void;
type Stroke = readonly [step: number, drum: number];

const KICK = 36;
const SNARE = 38;
const LOW_TOM = 41;
const FLOOR_TOM = 43;
const PEDAL_HAT = 44;
const MIDDLE_TOM = 45;
const HIGH_TOM = 48;
const RIDE_BELL = 53;
const WOOD_BLOCK = 76;

/** Styles that go from section to section without the toms of a rock kit. */
const LIGHT: ReadonlySet<DrumStyle> = new Set(['gufeng', 'jazz', 'lofi']);
const BEAT = 4;

const SHORT_FILLS: readonly (readonly Stroke[])[] = [
  [
    [12, SNARE],
    [13, SNARE],
    [14, HIGH_TOM],
    [14.67, MIDDLE_TOM],
    [15.33, LOW_TOM],
  ],
  [
    [12, SNARE],
    [13, KICK],
    [13.5, SNARE],
    [14, SNARE],
    [15, FLOOR_TOM],
  ],
  [
    [12, HIGH_TOM],
    [13, HIGH_TOM],
    [14, MIDDLE_TOM],
    [15, FLOOR_TOM],
  ],
];

const LONG_FILLS: readonly (readonly Stroke[])[] = [
  [
    [8, SNARE],
    [9, SNARE],
    [10, HIGH_TOM],
    [11, HIGH_TOM],
    [12, MIDDLE_TOM],
    [13, MIDDLE_TOM],
    [14, FLOOR_TOM],
    [15, FLOOR_TOM],
  ],
  [
    [8, SNARE],
    [10, SNARE],
    [11, KICK],
    [12, SNARE],
    [13, SNARE],
    [14, SNARE],
    [14.67, MIDDLE_TOM],
    [15.33, FLOOR_TOM],
  ],
  [
    [8, HIGH_TOM],
    [9, KICK],
    [10, HIGH_TOM],
    [11, MIDDLE_TOM],
    [12, KICK],
    [13, MIDDLE_TOM],
    [14, FLOOR_TOM],
    [15, FLOOR_TOM],
  ],
];

const LIGHT_FILLS: Readonly<Record<'gufeng' | 'jazz' | 'lofi', readonly Stroke[]>> = {
  gufeng: [
    [12, WOOD_BLOCK],
    [13, WOOD_BLOCK],
    [14, WOOD_BLOCK],
    [14, LOW_TOM],
    [15, LOW_TOM],
  ],
  jazz: [
    [12, SNARE],
    [12, PEDAL_HAT],
    [13.33, SNARE],
    [14.67, SNARE],
    [15.33, KICK],
  ],
  lofi: [
    [12, SNARE],
    [14.5, SNARE],
    [15, SNARE],
  ],
};

/** Where the pattern of the last bar stops for the fill, in sixteenths. */
export function fillStart(style: DrumStyle, direction: Fill['direction']): number {
  if (style === 'epic') return direction > 0 ? 8 : 12;
  return direction > 0 && !LIGHT.has(style) ? 8 : 12;
}

/** The fill of the last bar: long and growing towards a stronger section, a few falling strokes towards a weaker one. */
export function fillBar({ style, direction, random }: Fill, hit: Hit): void {
  const play = (strokes: readonly Stroke[], from: number, growth: number): void =>
    strokes.forEach(([step, drum], index) => hit(step, drum, from + growth * index));
  if (style === 'gufeng' || style === 'jazz' || style === 'lofi') {
    play(LIGHT_FILLS[style], 44, direction * 4 + 2);
  } else if (direction < 0) {
    // The music thins out: the beat goes on without its hats.
    play(
      [
        [12, SNARE],
        [14, LOW_TOM],
      ],
      70,
      -12,
    );
    if (random.chance(0.5)) hit(13, RIDE_BELL, 46);
  } else if (style === 'epic') {
    for (let step = fillStart(style, direction); step < 16; step++)
      hit(step, step % 3 === 0 ? 43 : 41, 60 + step * 3.5);
  } else if (style === 'edm' || style === 'trap') {
    const from = direction > 0 ? 2 * BEAT : 3 * BEAT;
    for (let step = from; step < 16; step++) hit(step, SNARE, 56 + (step - from) * (direction > 0 ? 6.5 : 8));
  } else if (direction > 0) {
    play(random.pick(LONG_FILLS), 70, 5);
  } else {
    play(random.pick(SHORT_FILLS), 76, 6);
  }
}
