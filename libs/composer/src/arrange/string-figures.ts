import { cycle, type Figure } from './figure.ts';
import { nearestPitch } from './voicing.ts';

/** Expression of a held chord at the start and in the middle of each bar of a phrase. */
const PAD_BREATH = [
  [98, 104],
  [109, 114],
  [119, 123],
  [118, 108],
] as const;

/** A held chord that breathes with the phrase. */
export const pad: Figure = (bar) => {
  bar.strike(0, 4, -8);
  PAD_BREATH[bar.index % PAD_BREATH.length]!.forEach((value, half) => bar.express(half * 2, value));
};

/** A held chord that grows through the bar. */
export const swell: Figure = (bar) => {
  bar.strike(0, 3.92, 0);
  bar.express(0, 70);
  bar.express(1.4, 95);
  bar.express(2.8, 122);
};

const STRUMS = [
  [
    [0, true],
    [2, true],
  ],
  [
    [0, true],
    [1, true],
    [1.5, false],
    [2.5, false],
    [3, true],
    [3.5, false],
  ],
  [
    [0, true],
    [0.5, false],
    [1, true],
    [1.5, false],
    [2, true],
    [2.5, false],
    [3, true],
    [3.5, false],
  ],
] as const;

/** At the end of a phrase: fewer strokes, then two accents. */
const STRUM_TURN = [
  [0, true],
  [1, true],
  [1.5, false],
  [2.5, false],
  [3, true],
  [3.25, false],
  [3.5, true],
] as const;

/** A strummed guitar: down strokes over all strings, up strokes without the lowest. */
export const strum: Figure = (bar) => {
  const strings = [nearestPitch(bar.chord.rootPitchClass, 45), ...bar.chordPitches];
  const strokes = bar.endsPhrase && bar.level > 0 ? STRUM_TURN : STRUMS[bar.level];
  strokes.forEach(([start, down], index) => {
    const until = strokes[index + 1]?.[0] ?? 4;
    const struck = down ? strings : strings.slice(1).reverse();
    struck.forEach((pitch, string) => {
      const late = string * 0.018;
      bar.play(
        start + late,
        (until - start) * 0.96 - late,
        pitch,
        (down ? -2 : -16) - string * 1.5 + (start === 0 ? 5 : 0),
      );
    });
  });
};

const POWER_RHYTHMS = [
  [
    [0, 1.45],
    [1.5, 0.48],
    [2, 1.94],
  ],
  [
    [0, 1.45],
    [1.5, 0.96],
    [2.5, 0.96],
    [3.5, 0.46],
  ],
  [
    [0, 1.45],
    [1.5, 1.4],
    [3, 0.46],
    [3.5, 0.46],
  ],
] as const;

/** Fifths of a distorted guitar: muted eighths, or held in a full section. */
export const powerChords: Figure = (bar) => {
  const low = nearestPitch(bar.chord.rootPitchClass, 45);
  const fifth = low + (bar.fifth - bar.root);
  if (bar.level < 2) {
    for (let step = 0; step < 8; step++) {
      // Two sixteenths for the last eighth of every other bar.
      const gallops = step === 7 && bar.index % 2 === 1;
      for (const pitch of [low, fifth]) {
        bar.play(step / 2, gallops ? 0.2 : 0.36, pitch, step % 4 === 0 ? 2 : -8);
        if (gallops) bar.play(3.75, 0.2, pitch, -10);
      }
    }
    return;
  }
  for (const [start, beats] of POWER_RHYTHMS[bar.endsPhrase ? 2 : bar.index % 2 === 0 ? 0 : 1]) {
    for (const pitch of [low, fifth, low + 12]) bar.play(start, beats, pitch, 4);
  }
};

/** Muted single notes of a guitar. */
export const mutedEighths: Figure = (bar) => {
  const low = nearestPitch(bar.chord.rootPitchClass, 52);
  for (let step = 0; step < 8; step++) {
    if (bar.level < 2 && step % 2 === 1 && step !== 3 && step !== 7) continue;
    const fifth = low + (bar.fifth - bar.root);
    const pitch = step % 4 === (bar.index % 2 === 0 ? 3 : 1) ? fifth : step === 6 ? low + 12 : low;
    bar.play(step / 2, 0.3, pitch, step % 2 === 1 ? -16 : -8);
  }
};

/** The chord broken into eighths, up and down. */
export const arpeggioEighths: Figure = (bar) => {
  const pitches = [...bar.chordPitches, ...bar.chordPitches.map((pitch) => pitch + 12)].slice(0, 6);
  cycle(
    bar,
    0.5,
    [0, 2, 1, 2, 3, 2, 1, 2].map((index) => pitches[index]!),
    1.8,
    -8,
  );
};

/** The chord broken into sixteenths; into eighths in a quiet section. */
export const arpeggioSixteenths: Figure = (bar) => {
  const [low, middle, high] = bar.chordPitches as readonly [number, number, number];
  cycle(bar, bar.level === 0 ? 0.5 : 0.25, [low, middle, high, low + 12, high, middle], 0.7, -8);
};

/** Repeated short notes of a string section. */
export const ostinato: Figure = (bar) => {
  const [low, middle, high] = bar.chordPitches as readonly [number, number, number];
  if (bar.level === 2) cycle(bar, 0.25, [low, low, middle, low, high, low, middle, low], 0.55, 2);
  else cycle(bar, 0.5, [low, high, middle, high], 0.55, 2);
};

/** Single plucked notes that stay out of the way of the tune. */
export const pluck: Figure = (bar) => {
  [1.5, 2, 3.5].forEach((beat, index) => {
    if (bar.leadSounds(beat) && bar.level < 2) return;
    bar.play(beat, 0.6, bar.chordPitches[(index + bar.index) % bar.chordPitches.length]! + 12, -8);
  });
};

/** A few high notes in the gaps of the tune. */
export const sparse: Figure = (bar) => {
  const { chordPitches, random } = bar;
  (bar.level === 0 ? [1] : [0.5, 2.5]).forEach((beat, index) => {
    if (bar.leadSounds(beat + 0.2) && !random.chance(0.35)) return;
    bar.play(beat, 1.6, chordPitches[(bar.index + index) % chordPitches.length]! + 12, -14);
    if (random.chance(0.4))
      bar.play(beat + 0.5, 1.2, chordPitches[(bar.index + index + 1) % chordPitches.length]! + 12, -20);
  });
};

/** One high note per bar. */
export const bell: Figure = (bar) => bar.play(0, 4, bar.chordPitches.at(-1)! + 12, -14);

/** Answers the tune in the second half of a bar, wherever the tune rests. */
export const counterLine: Figure = (bar) => {
  for (let beat = bar.sectionTag === 'intro' ? 0 : 2; beat < 4; beat += 0.5) {
    if (bar.leadSounds(beat) || bar.leadSounds(beat + 0.45)) continue;
    const { pitchClasses } = bar.nextChord;
    bar.play(
      beat,
      beat === 3.5 ? 0.45 : 0.5,
      nearestPitch(pitchClasses[(bar.index + beat * 2) % pitchClasses.length]!, 74),
      -6,
    );
  }
};
