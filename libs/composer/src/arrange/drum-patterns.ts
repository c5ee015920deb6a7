/** General MIDI drums that the patterns use. */
const KICK = 36;
const SIDE_STICK = 37;
const SNARE = 38;
const CLAP = 39;
const LOW_TOM = 41;
const CLOSED_HAT = 42;
const PEDAL_HAT = 44;
const OPEN_HAT = 46;
const RIDE = 51;
const TAMBOURINE = 54;
const MARACAS = 70;
const WOOD_BLOCK = 76;
const OPEN_TRIANGLE = 81;

/**
 * One bar of sixteenths for one drum: a digit is a stroke from soft (1) to hard (9), a point is none.
 */
export type DrumLane = readonly [drum: number, strokes: string];

/** Name of a drum style. */
export type DrumStyle =
  'none' | 'pop' | 'ballad' | 'rock' | 'edm' | 'lofi' | 'trap' | 'folk' | 'jazz' | 'epic' | 'gufeng';

/** Patterns of each style for quiet, middle and full sections. */
export const DRUM_PATTERNS: Readonly<Record<Exclude<DrumStyle, 'none'>, readonly (readonly DrumLane[])[]>> = {
  pop: [
    [
      [KICK, '8.......7.......'],
      [SIDE_STICK, '....5.......5...'],
      [CLOSED_HAT, '5.3.5.3.5.3.5.3.'],
    ],
    [
      [KICK, '9.....6.8.......'],
      [SNARE, '....8.......8...'],
      [CLOSED_HAT, '6.4.6.4.6.4.6.4.'],
    ],
    [
      [KICK, '9.....6.9.7.....'],
      [SNARE, '....9.......9..2'],
      [CLOSED_HAT, '7.5.7.5.7.5.7...'],
      [OPEN_HAT, '..............6.'],
      [TAMBOURINE, '..4...4...4...4.'],
    ],
  ],
  ballad: [
    [
      [KICK, '7...............'],
      [CLOSED_HAT, '....3.......3...'],
    ],
    [
      [KICK, '8.........5.....'],
      [SIDE_STICK, '....6.......6...'],
      [CLOSED_HAT, '4.3.4.3.4.3.4.3.'],
    ],
    [
      [KICK, '9.......8.6.....'],
      [SNARE, '....9.......9...'],
      [CLOSED_HAT, '6.4.6.4.6.4.6.4.'],
      [RIDE, '5...4...5...4...'],
    ],
  ],
  rock: [
    [
      [KICK, '8.......8.......'],
      [SNARE, '....6.......6...'],
      [CLOSED_HAT, '6...6...6...6...'],
    ],
    [
      [KICK, '9.....7.9.......'],
      [SNARE, '....9.......9...'],
      [CLOSED_HAT, '7.5.7.5.7.5.7.5.'],
    ],
    [
      [KICK, '9..7..8.9.7.....'],
      [SNARE, '....9.......9...'],
      [RIDE, '8...7...8...7...'],
      [OPEN_HAT, '8...7...8...7...'],
    ],
  ],
  edm: [
    [[CLOSED_HAT, '..4...4...4...4.']],
    [
      [KICK, '9...9...9...9...'],
      [CLOSED_HAT, '..6...6...6...6.'],
    ],
    [
      [KICK, '9...9...9...9...'],
      [CLAP, '....8.......8...'],
      [CLOSED_HAT, '4.434.434.434.43'],
      [OPEN_HAT, '..7...7...7...7.'],
    ],
  ],
  lofi: [
    [
      [KICK, '7.......5.......'],
      [SIDE_STICK, '....5.......5...'],
      [CLOSED_HAT, '4.3.4.3.4.3.4.3.'],
    ],
    [
      [KICK, '8......5..7.....'],
      [SNARE, '....6.......6...'],
      [CLOSED_HAT, '5.3.5.324.3.5.3.'],
    ],
    [
      [KICK, '8......5..7....4'],
      [SNARE, '....7.......7.2.'],
      [CLOSED_HAT, '5.4.5.334.4.5.43'],
    ],
  ],
  trap: [
    [
      [KICK, '8...............'],
      [CLAP, '........6.......'],
      [CLOSED_HAT, '4.4.4.4.4.4.4.4.'],
    ],
    [
      [KICK, '9.....7....7....'],
      [CLAP, '........8.......'],
      [CLOSED_HAT, '5.4.5.4.5.455.4.'],
    ],
    [
      [KICK, '9.....8....8..6.'],
      [CLAP, '........9.......'],
      [CLOSED_HAT, '5.4.5.455.4.5454'],
      [OPEN_HAT, '..............5.'],
    ],
  ],
  folk: [
    [
      [KICK, '6.......5.......'],
      [MARACAS, '4.2.4.2.4.2.4.2.'],
    ],
    [
      [KICK, '7.......6.......'],
      [SIDE_STICK, '....4.......4...'],
      [MARACAS, '5.3.5.3.5.3.5.3.'],
    ],
    [
      [KICK, '8.....5.8.......'],
      [SNARE, '....6.......6...'],
      [TAMBOURINE, '5.3.5.3.5.3.5.3.'],
      [MARACAS, '4.3.4.3.4.3.4.3.'],
    ],
  ],
  jazz: [
    [
      [KICK, '3.......3.......'],
      [PEDAL_HAT, '....4.......4...'],
      [RIDE, '5...6.4.5...6.4.'],
    ],
    [
      [KICK, '4.......3.......'],
      [SNARE, '......2.......2.'],
      [PEDAL_HAT, '....5.......5...'],
      [RIDE, '6...7.5.6...7.5.'],
    ],
    [
      [KICK, '4.......4.....3.'],
      [SNARE, '......3.....3.2.'],
      [PEDAL_HAT, '....5.......5...'],
      [RIDE, '7...8.5.7...8.5.'],
    ],
  ],
  epic: [
    [[KICK, '5...............']],
    [
      [LOW_TOM, '8.....6.7.......'],
      [KICK, '7...............'],
    ],
    [
      [KICK, '9.....7.8...7...'],
      [LOW_TOM, '8.4.6.8.4.6.8.66'],
      [SNARE, '....5.......5.34'],
    ],
  ],
  gufeng: [
    [[OPEN_TRIANGLE, '3...............']],
    [
      [LOW_TOM, '6.......4.4.....'],
      [WOOD_BLOCK, '......3.......3.'],
    ],
    [
      [LOW_TOM, '8.....5.6.5.....'],
      [WOOD_BLOCK, '....4.....4.4...'],
      [MARACAS, '3.2.3.2.3.2.3.2.'],
    ],
  ],
};
