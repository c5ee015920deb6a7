import { cycle, type Figure } from './figure.ts';
import { nearestPitch } from './voicing.ts';

const LOWEST = 28;
const HIGHEST_JUMP = 52;

/** One note per bar; in a full section with the fifth, and in every other bar with the root once more. */
export const longBass: Figure = (bar) => {
  if (bar.level < 2) {
    bar.play(0, 3.96, bar.root, 0);
    return;
  }
  const again = bar.index % 2 === 1;
  bar.play(0, again ? 2.46 : 3.46, bar.root, 0);
  if (again) bar.play(2.5, 0.96, bar.root, -7);
  bar.play(3.5, 0.48, bar.fifth, -8);
};

/** Eighths on the root; the last one leads on. */
export const rootEighths: Figure = (bar) => {
  const next = nearestPitch(bar.nextChord.rootPitchClass, bar.root);
  for (let step = 0; step < 8; step++) {
    const leads = step === 7 && next !== bar.root;
    const jumps = step === 5 && bar.index % 2 === 1 && bar.root + 12 <= HIGHEST_JUMP;
    const pitch = leads ? next + (next > bar.root ? -2 : 2) : bar.root + (jumps ? 12 : 0);
    bar.play(step / 2, 0.46, pitch, step % 2 === 1 ? -5 : 4);
  }
};

/** Root and fifth in turn. */
export const rootFifth: Figure = (bar) => {
  const below = bar.fifth - 12;
  bar.play(0, 1.8, bar.root, 0);
  const isOdd = bar.index % 2 === 1;
  bar.play(2, isOdd && bar.level > 0 ? 1.4 : 1.8, isOdd && below >= LOWEST ? below : bar.fifth, -6);
  if (isOdd && bar.level > 0) bar.play(3.5, 0.45, bar.root, -12);
};

const POP_BASS = [
  [[[0, 3.8, 'root']], [[0, 3.8, 'root']]],
  [
    [
      [0, 1.4, 'root'],
      [1.5, 0.5, 'root'],
      [2, 1.5, 'root'],
      [3.5, 0.45, 'fifth'],
    ],
    [
      [0, 1.4, 'root'],
      [1.5, 0.95, 'root'],
      [2.5, 0.9, 'fifth'],
      [3.5, 0.45, 'root'],
    ],
  ],
  [
    [
      [0, 0.9, 'root'],
      [1, 0.45, 'root'],
      [1.5, 0.9, 'root'],
      [2.5, 0.45, 'octave'],
      [3, 0.45, 'root'],
      [3.5, 0.45, 'fifth'],
    ],
    [
      [0, 0.9, 'root'],
      [1.5, 0.45, 'root'],
      [2, 0.45, 'octave'],
      [2.5, 0.9, 'root'],
      [3.5, 0.45, 'octave'],
    ],
  ],
] as const;

/** Syncopated over two bars, with the fifth and the octave. */
export const popBass: Figure = (bar) => {
  const octave = bar.root > 40 ? bar.root : bar.root + 12;
  const pitches = { root: bar.root, fifth: bar.fifth, octave };
  for (const [start, beats, tone] of POP_BASS[bar.level][bar.index % 2 === 0 ? 0 : 1]) {
    bar.play(start, beats, pitches[tone], start === 0 ? 5 : 0);
  }
};

/** A long note, a late one and the fifth; in every other bar with a ghost of the root. */
export const lofiBass: Figure = (bar) => {
  const isOdd = bar.index % 2 === 1;
  bar.play(0, isOdd ? 1.4 : 1.6, bar.root, 0);
  if (isOdd) bar.play(1.75, 0.3, bar.root, -18);
  bar.play(isOdd ? 2.25 : 2.5, 0.8, bar.root, -8);
  bar.play(3.5, 0.45, bar.fifth, -14);
};

const SUB_BASS = [
  [
    [0, 1.4],
    [1.5, 0.9],
    [2.75, 1.1],
  ],
  [
    [0, 1.9],
    [2.5, 0.4],
    [3.25, 0.6],
  ],
] as const;

/** Deep held notes of hip-hop, over two bars. */
export const subBass: Figure = (bar) => {
  const deep = bar.root - (bar.root > 36 ? 12 : 0);
  for (const [start, beats] of SUB_BASS[bar.index % 2 === 0 ? 0 : 1]) bar.play(start, beats, deep, 6);
};

/** Between the beats of the bass drum. */
export const offbeatBass: Figure = (bar) => {
  for (let beat = 0; beat < 4; beat++) {
    if (bar.level < 2) {
      bar.play(beat + 0.5, 0.42, bar.root, 0);
      continue;
    }
    bar.play(beat + 0.5, 0.24, bar.root, 4);
    const up = bar.endsPhrase && beat === 3 ? bar.fifth + 12 : bar.root + 12;
    bar.play(beat + 0.75, 0.2, up, -14);
  }
};

/** A note on each beat through the chord, the last one beside the next root. */
export const walkingBass: Figure = (bar) => {
  const [, third, fifth] = bar.chord.pitchClasses;
  const target = nearestPitch(bar.nextChord.rootPitchClass, bar.root + 2);
  const steps = [
    bar.root,
    nearestPitch(third!, bar.root + 4),
    nearestPitch(fifth!, bar.root + 5),
    target + (bar.random.chance(0.5) ? 1 : -1),
  ];
  steps.forEach((pitch, beat) => bar.play(beat, 0.92, pitch, beat % 2 === 1 ? 3 : 0));
};

/** Repeated notes of low strings. */
export const lowOstinato: Figure = (bar) => {
  const octave = bar.root + 12;
  cycle(bar, bar.level === 2 ? 0.5 : 1, [octave, octave, bar.fifth + 12, octave], 0.5, 4);
};
