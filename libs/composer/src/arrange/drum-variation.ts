import type { Random } from '../random.ts';
import type { DrumLane, DrumStyle } from './drum-patterns.ts';

/** One stroke of a bar; `step` counts sixteenths. */
export interface Stroke {
  readonly step: number;
  readonly drum: number;
  readonly velocity: number;
}

/** One bar of a pattern and how it may vary. */
export interface BarToVary {
  readonly style: Exclude<DrumStyle, 'none'>;
  /** 0 quiet, 1 middle, 2 full. */
  readonly level: 0 | 1 | 2;
  readonly lanes: readonly DrumLane[];
  /** The end of a phrase. */
  readonly turns: boolean;
  readonly random: Random;
}

const KICK = 36;
const SNARE = 38;
const LOW_TOM = 41;
const OPEN_HAT = 46;
const CLOSED_HAT = 42;
const RIDE_BELL = 53;
const WOOD_BLOCK = 76;

/** Strokes that a player adds at the end of a phrase, by style; one of the lists is drawn. */
const TURNS: Readonly<Record<Exclude<DrumStyle, 'none'>, readonly (readonly DrumLane[])[]>> = {
  pop: [[[SNARE, '.............4.6']], [[OPEN_HAT, '..............6.']], [[KICK, '..........7..7..']]],
  ballad: [[[SNARE, '..............45']], [[OPEN_HAT, '..............5.']], [[LOW_TOM, '.............4.5']]],
  rock: [[[SNARE, '.............567']], [[KICK, '.............8.8']], [[OPEN_HAT, '..........7...8.']]],
  edm: [[[SNARE, '............4567']], [[OPEN_HAT, '.............6.6']], [[SNARE, '......4......5.6']]],
  lofi: [[[SNARE, '.......2.....2.3']], [[OPEN_HAT, '......4.........']], [[KICK, '..........5..4..']]],
  trap: [[[CLOSED_HAT, '............5555']], [[SNARE, '.............4.5']], [[KICK, '......7......6..']]],
  folk: [[[SNARE, '.............3.4']], [[KICK, '..........5...5.']], [[LOW_TOM, '............4.5.']]],
  jazz: [[[SNARE, '..........2..3..']], [[RIDE_BELL, '............6...']], [[KICK, '..........4..5..']]],
  epic: [[[LOW_TOM, '............5678']], [[SNARE, '.............3.5']], [[LOW_TOM, '..........5.5.66']]],
  gufeng: [[[WOOD_BLOCK, '............3.45']], [[LOW_TOM, '............3.45']], [[WOOD_BLOCK, '......3...4...4.']]],
};

/** Styles in which a snare drum plays soft strokes between the others. */
const GHOSTS: ReadonlySet<DrumStyle> = new Set(['pop', 'rock', 'lofi', 'jazz', 'folk']);
/** Styles whose bass drum is not bound to its pattern. */
const FREE_KICK: ReadonlySet<DrumStyle> = new Set(['pop', 'rock', 'lofi', 'trap', 'folk']);
const GHOST_STEPS = [7, 9, 11, 15];
const KICK_STEPS = [6, 7, 10, 11];
const SOFT_STROKE = 4;

/** The strokes of one bar: its pattern with the small liberties of a player, and with a turn at the end of a phrase. */
export function varyBar({ style, level, lanes, turns, random }: BarToVary): Stroke[] {
  const strokes = new Map<string, Stroke>();
  const add = (step: number, drum: number, strength: number): void => {
    const velocity = 28 + strength * 10 + random.normal() * 4;
    const name = `${step} ${drum}`;
    if (!strokes.has(name)) strokes.set(name, { step, drum, velocity });
  };
  const addLanes = (added: readonly DrumLane[], leaves: number): void => {
    for (const [drum, pattern] of added) {
      Array.from(pattern).forEach((stroke, step) => {
        const strength = Number(stroke);
        if (stroke === '.' || (strength <= SOFT_STROKE && step % 4 !== 0 && random.chance(leaves))) return;
        add(step, drum, strength);
      });
    }
  };
  if (turns && level > 0) addLanes(random.pick(TURNS[style]), 0);
  addLanes(lanes, 0.08);
  if (level > 0 && GHOSTS.has(style) && random.chance(0.4)) add(random.pick(GHOST_STEPS), SNARE, 1);
  if (level > 0 && FREE_KICK.has(style) && random.chance(0.3)) add(random.pick(KICK_STEPS), KICK, 5);
  return [...strokes.values()];
}
