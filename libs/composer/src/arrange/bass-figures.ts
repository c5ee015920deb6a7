import { cycle, type Figure } from './figure.ts';
import { nearestPitch } from './voicing.ts';

const LOWEST = 28;

/** One note per bar; a step to the next chord in a full section. */
export const longBass: Figure = (bar) => {
  bar.play(0, bar.level === 2 ? 3.46 : 3.96, bar.root, 0);
  if (bar.level === 2) bar.play(3.5, 0.48, bar.fifth, -8);
};

/** Eighths on the root; the last one leads on. */
export const rootEighths: Figure = (bar) => {
  const next = nearestPitch(bar.nextChord.rootPitchClass, bar.root);
  for (let step = 0; step < 8; step++) {
    const leads = step === 7 && next !== bar.root;
    bar.play(step / 2, 0.46, leads ? next + (next > bar.root ? -2 : 2) : bar.root, step % 2 === 1 ? -5 : 4);
  }
};

/** Root and fifth in turn. */
export const rootFifth: Figure = (bar) => {
  const below = bar.fifth - 12;
  bar.play(0, 1.8, bar.root, 0);
  bar.play(2, 1.8, bar.index % 2 === 1 && below >= LOWEST ? below : bar.fifth, -6);
};

const POP_BASS = [
  [[0, 3.8, 0]],
  [
    [0, 1.4, 0],
    [1.5, 0.5, 0],
    [2, 1.5, 0],
    [3.5, 0.45, 7],
  ],
  [
    [0, 0.9, 0],
    [1, 0.45, 0],
    [1.5, 0.9, 0],
    [2.5, 0.45, 12],
    [3, 0.45, 0],
    [3.5, 0.45, 7],
  ],
] as const;

/** Syncopated, with the fifth and the octave. */
export const popBass: Figure = (bar) => {
  for (const [start, beats, interval] of POP_BASS[bar.level]) {
    const tooHigh = interval === 12 && bar.root > 40;
    bar.play(start, beats, bar.root + (tooHigh ? 0 : interval), start === 0 ? 5 : 0);
  }
};

/** A long note, a late one and the fifth. */
export const lofiBass: Figure = (bar) => {
  bar.play(0, 1.6, bar.root, 0);
  bar.play(2.5, 0.8, bar.root, -8);
  bar.play(3.5, 0.45, bar.root + 7, -14);
};

/** Deep held notes of hip-hop. */
export const subBass: Figure = (bar) => {
  const deep = bar.root - (bar.root > 36 ? 12 : 0);
  for (const [start, beats] of [
    [0, 1.4],
    [1.5, 0.9],
    [2.75, 1.1],
  ] as const) {
    bar.play(start, beats, deep, 6);
  }
};

/** Between the beats of the bass drum. */
export const offbeatBass: Figure = (bar) => {
  for (let beat = 0; beat < 4; beat++) {
    if (bar.level < 2) {
      bar.play(beat + 0.5, 0.42, bar.root, 0);
      continue;
    }
    bar.play(beat + 0.5, 0.24, bar.root, 4);
    bar.play(beat + 0.75, 0.2, bar.root + 12, -14);
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
