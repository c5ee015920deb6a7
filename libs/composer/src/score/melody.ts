import { BEATS_PER_BAR } from '../engine.ts';
import { melodyScale, SCALES, type Key } from '../style/keys.ts';
import { motifRandom, type Motif } from './motifs.ts';
import { setRhythm, type Onset } from './rhythm.ts';
import type { PlannedChord, PlannedNote } from './song-plan.ts';

/** One line of melody to write. */
export interface LineToSing {
  readonly motif: Motif;
  readonly noteCount: number;
  readonly bars: number;
  /** Bar of the section in which the line starts. */
  readonly firstBar: number;
  /** Chords of the whole section. */
  readonly chords: readonly PlannedChord[];
  /** Where the section lies against the middle of the range, in scale steps. */
  readonly height: number;
  readonly ending: 'closed' | 'open' | 'free';
  readonly velocity: number;
  readonly syllables?: readonly string[];
  /** Mandarin tones of the syllables, where they have some: the tune leans their way. */
  readonly tones?: readonly number[];
}

/** Writes lines of melody one after the other; each starts near where the last one ended. */
export interface Melodist {
  write(line: LineToSing): PlannedNote[];
}

/** How far a Mandarin tone pulls the tune up or down, in scale steps, by tone 0 (neutral) to 4. */
const TONE_PULL = [-0.4, 0.8, 0.1, -0.9, 0.2];
const STRONG = 2.3;

/** Creates the writer for one song. All its notes are of the scale of the key. */
export function createMelodist(key: Key, pentatonic: boolean, register: 'low' | 'high', seed: number): Melodist {
  const lowest = register === 'low' ? 51 : 60;
  const steps = melodyScale(key.mode, pentatonic);
  const scaleTones = Array.from({ length: 20 }, (_, index) => lowest + index).filter((pitch) =>
    steps.includes(aboveTonic(pitch, key)),
  );
  const middle = lowest + 8;
  const middleIndex = scaleTones.findIndex((pitch) => pitch >= middle);
  let last = middle;

  const chooseNext = (line: LineToSing, onset: Onset, index: number, path: Path): number => {
    const bar = Math.min(line.chords.length - 1, line.firstBar + Math.floor(onset.startBeat / BEATS_PER_BAR));
    const chord = line.chords[bar]!;
    const isLast = index === line.noteCount - 1;
    const strong = onset.weight >= STRONG || onset.beats >= 1.5 || isLast;
    const pull = TONE_PULL[line.tones?.[index] ?? -1] ?? 0;
    const target =
      middleIndex + line.height + contourAt(line.motif, onset, line.bars) + line.motif.wiggle[index % 24]! + pull;
    let best = last;
    let bestCost = Infinity;
    scaleTones.forEach((pitch, scaleIndex) => {
      let cost =
        Math.abs(scaleIndex - target) + leapCost(pitch, last, path) + chordCost(pitch, chord, strong, onset.beats, key);
      if (isLast) cost += endingCost(pitch, line.ending, chord, key);
      if (cost < bestCost) [best, bestCost] = [pitch, cost];
    });
    return best;
  };

  return {
    write(line) {
      const onsets = setRhythm(
        line.noteCount,
        line.bars,
        line.motif.pickup,
        motifRandom(line.motif, line.noteCount, seed),
      );
      const path: Path = { repeats: 0, leap: 0 };
      return onsets.map((onset, index) => {
        const pitch = chooseNext(line, onset, index, path);
        path.repeats = pitch === last ? path.repeats + 1 : 0;
        path.leap = pitch - last;
        last = pitch;
        const accent = onset.weight >= 3 ? 8 : onset.weight >= 1.7 ? 3 : -3;
        const syllable = line.syllables?.[index];
        return {
          part: 'lead',
          startBeat: line.firstBar * BEATS_PER_BAR + onset.startBeat,
          beats: onset.beats * 0.95,
          pitch,
          velocity: line.velocity + accent,
          ...(syllable !== undefined && { syllable }),
        };
      });
    },
  };
}

/** How the tune moved to its last note. */
interface Path {
  repeats: number;
  leap: number;
}

function contourAt(motif: Motif, onset: Onset, bars: number): number {
  const along = (onset.startBeat / (bars * BEATS_PER_BAR)) * 3;
  const third = Math.min(2, Math.floor(along));
  const from = motif.contour[third]!;
  return (from + (motif.contour[third + 1]! - from) * (along - third)) * 1.25;
}

/** Leaps cost, more so beyond a sixth and after another leap the same way; so does standing still. */
function leapCost(pitch: number, last: number, path: Path): number {
  const interval = Math.abs(pitch - last);
  if (interval === 0) return path.repeats >= 1 ? 1.4 : 0.25;
  const wide = interval > 4 ? (interval - 4) * 0.35 : 0;
  const tooWide = interval > 9 ? 8 : 0;
  const onward = Math.abs(path.leap) > 4 && Math.sign(pitch - last) === Math.sign(path.leap) ? 0.8 : 0;
  return wide + tooWide + onward;
}

/** Strong and long notes belong to the chord; a semitone above one of its notes rubs, and so does one below a raised one. */
function chordCost(pitch: number, chord: PlannedChord, strong: boolean, beats: number, key: Key): number {
  const outside = strong && !chord.pitchClasses.includes(pitch % 12) ? 5.5 : 0;
  const rubs = chord.pitchClasses.some((pitchClass) => (pitch - pitchClass + 120) % 12 === 1);
  const scale: readonly number[] = SCALES[key.mode];
  const contradicts = chord.pitchClasses.some(
    (pitchClass) => (pitchClass - pitch + 120) % 12 === 1 && !scale.includes((pitchClass - key.tonic + 12) % 12),
  );
  return outside + (rubs ? (strong ? 4 : beats >= 1 ? 2 : 0.6) : 0) + (contradicts ? 12 : 0);
}

/** A closed line ends on the tonic if it can, an open one anywhere else. */
function endingCost(pitch: number, ending: LineToSing['ending'], chord: PlannedChord, key: Key): number {
  const step = aboveTonic(pitch, key);
  if (ending === 'closed') return step === 0 ? -3.5 : step === SCALES[key.mode][2] || step === 7 ? -0.5 : 1.5;
  if (ending === 'free') return 0;
  return step === 0 ? 1.8 : chord.pitchClasses.includes(pitch % 12) ? -0.5 : 0;
}

function aboveTonic(pitch: number, key: Key): number {
  return (pitch - key.tonic + 120) % 12;
}
