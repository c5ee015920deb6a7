import { chordRhythm, type Figure } from './figure.ts';
import { nextAbove, nearestPitch } from './voicing.ts';

/** Broken chords in a quiet section; bass octaves and chords on every beat in a full one. */
export const balladKeys: Figure = (bar) => {
  const { chordPitches, level, root, fifth } = bar;
  if (level === 0) {
    bar.play(0, 4, root, -2);
    const order = bar.index % 2 === 0 ? [0, 1, 2, 3] : [0, 2, 1, 2];
    order.forEach((place, beat) =>
      bar.play(beat, 1.1, chordPitches[place % chordPitches.length]!, beat === 0 ? -6 : -10),
    );
    return;
  }
  bar.play(0, 2, root, -2);
  bar.play(2, 2, bar.index % 2 === 1 ? fifth : root, -10);
  for (let beat = 0; beat < 3; beat++) bar.strike(beat, 0.95, beat % 2 === 1 ? -8 : -12);
  // At the end of a phrase the last chord is broken upwards instead.
  if (bar.endsPhrase) chordPitches.forEach((pitch, index) => bar.play(3 + index * 0.25, 0.6, pitch, -10 + index * 2));
  else bar.strike(3, level === 2 ? 0.45 : 0.95, -8);
  if (level === 2) {
    bar.play(0, 2, root + 12, -12);
    if (!bar.endsPhrase) bar.strike(3.5, 0.45, -18);
  }
};

const popRhythm = chordRhythm(
  [[0, 4, 0]],
  [
    [0, 1.4, 0],
    [1.5, 1.4, -4],
    [3, 0.9, -4],
  ],
  [
    [0, 0.9, 0],
    [1, 0.45, -4],
    [1.5, 1.3, -4],
    [3, 0.45, -4],
    [3.5, 0.45, -4],
  ],
  [
    [0, 0.9, 0],
    [1.5, 0.9, -2],
    [2.5, 0.45, -6],
    [3, 0.95, 2],
  ],
);

/** Syncopated chords over an octave in the left hand. */
export const popKeys: Figure = (bar) => {
  bar.play(0, 1.5, bar.root + 12, -8);
  popRhythm(bar);
};

/** A flowing left hand of eighths, with chords above when the section is not quiet. */
export const pianoFlow: Figure = (bar) => {
  const { root, fifth, chordPitches } = bar;
  const octave = root + 12;
  const third = chordPitches[1]!;
  const hand = bar.endsPhrase
    ? [root, fifth, octave, third, octave + 12, third, octave, fifth]
    : bar.index % 2 === 0
      ? [root, fifth, octave, third, octave, fifth, octave, fifth]
      : [root, fifth, octave, fifth, third, octave, fifth, octave];
  hand.forEach((pitch, step) => bar.play(step / 2, step === 0 ? 3.8 : 0.9, pitch, step === 0 ? -6 : -14));
  if (bar.level === 0) return;
  for (const beat of [0, 2]) for (const pitch of chordPitches.slice(-2)) bar.play(beat, 1.8, pitch, -14);
};

/** Rolled chords, late and lazy. */
export const lofiKeys: Figure = (bar) => {
  const odd = [
    [0, 1.3],
    [2.5, 1.4],
  ] as const;
  const even = [
    [0, 2.2],
    [2.5, 0.4],
    [3.5, 0.4],
  ] as const;
  for (const [start, beats] of bar.index % 2 === 1 ? odd : even) {
    bar.chordPitches.forEach((pitch, index) =>
      bar.play(start + index * 0.02, beats, pitch, -12 + bar.random.normal() * 3),
    );
  }
};

const JAZZ_COMPS = [
  [
    [0, 0.4],
    [1.5, 0.9],
  ],
  [
    [1, 0.4],
    [2.5, 0.9],
  ],
  [
    [0.5, 0.4],
    [3.5, 0.4],
  ],
  [
    [0, 1.2],
    [2.5, 0.4],
  ],
] as const;

/** Two short chords a bar, where the player feels like it. */
export const jazzComp: Figure = (bar) => {
  for (const [start, beats] of bar.random.pick(JAZZ_COMPS)) bar.strike(start, beats, -8);
};

/** A chord on each beat under the others, stress on two and four. */
export const quarterChords: Figure = (bar) => {
  for (let beat = 0; beat < 4; beat++) {
    for (const pitch of bar.chordPitches.slice(0, 3)) bar.play(beat, 0.45, pitch - 12, beat % 2 === 1 ? -10 : -16);
  }
  if (!bar.endsPhrase) return;
  for (const pitch of bar.chordPitches.slice(0, 3)) bar.play(3.5, 0.3, pitch - 12, -14);
};

/** Off-beat chords of a synthesiser. */
export const stabs: Figure = chordRhythm(
  [
    [0, 0.42, 0],
    [1.5, 0.42, 0],
    [3, 0.42, 0],
  ],
  undefined,
  [
    [0, 0.42, 0],
    [0.75, 0.42, 0],
    [1.5, 0.42, 0],
    [2.5, 0.42, 0],
    [3.25, 0.42, 0],
  ],
  [
    [0, 0.42, 0],
    [0.75, 0.42, 0],
    [1.5, 0.42, 0],
    [2, 0.24, -4],
    [2.75, 0.24, -2],
    [3.5, 0.24, 2],
  ],
);

const GUZHENG_WAVE = [0, 2, 1, 3, 2, 4, 3, 5];
const GUZHENG_ARCH = [0, 1, 2, 3, 4, 3, 2, 1];

/** Broken chords over two octaves, and a glide over the open strings every fourth bar. */
export const guzheng: Figure = (bar) => {
  const tones = bar.chord.pitchClasses.slice(0, 3);
  const strings = [nearestPitch(bar.chord.rootPitchClass, 50)];
  for (let index = 1; index < 6; index++) strings.push(nextAbove(strings.at(-1)!, tones[index % tones.length]!));
  (bar.index % 2 === 1 ? GUZHENG_ARCH : GUZHENG_WAVE).forEach((string, step) => {
    if (bar.level === 0 && step % 2 === 1 && step !== 3) return;
    bar.play(step / 2, 1.6, strings[string]!, -6 + (step === 0 ? 8 : 0) - (step % 2) * 6);
  });
  const glides = bar.index % 4 === 3 || (bar.index === 0 && bar.sectionTag !== 'verse');
  if (!glides) return;
  const run = bar.runPitches.filter((pitch) => pitch >= 60 && pitch <= 84).slice(-11);
  if (bar.index % 8 === 7) run.reverse();
  const start = bar.index % 4 === 3 ? 3 : 0;
  run.forEach((pitch, step) => bar.play(start + step * 0.085, 1.2, pitch, -26 + step * 2.6));
};
