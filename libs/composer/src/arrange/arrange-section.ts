import { BEATS_PER_BAR } from '../engine.ts';
import { createRandom, type Random } from '../random.ts';
import { melodyScale, type Key } from '../style/keys.ts';
import type { Accompaniment, StyleProfile } from '../style/profile.ts';
import type { SectionTag } from '../lyrics/section-tags.ts';
import type { PlannedChord, PlannedControl, PlannedNote } from '../score/song-plan.ts';
import { leadIn } from './bass-lead-in.ts';
import { writeDrums } from './drums.ts';
import type { Bar } from './figure.ts';
import { FIGURES, isBassFigure } from './figures.ts';
import { endBeforeNext } from './finish-notes.ts';
import { HARMONY_FROM_ENERGY, harmonise } from './harmony-voice.ts';
import { humanise } from './humanise.ts';
import { endsPhrase, phraseAccent, voicingCenter } from './phrase.ts';
import { nearestPitch, voiceChord } from './voicing.ts';

/** What the arranger needs to know of a section. */
export interface ArrangeRequest {
  readonly profile: StyleProfile;
  readonly key: Key;
  readonly index: number;
  readonly tag: SectionTag;
  readonly nextTag: SectionTag | undefined;
  readonly energy: number;
  readonly chords: readonly PlannedChord[];
  readonly tune: readonly PlannedNote[];
  readonly seed: number;
}

/** All notes of a section, sorted, and its controllers. */
export interface Arrangement {
  readonly notes: readonly PlannedNote[];
  readonly controls: readonly PlannedControl[];
}

const LOWEST_PITCH = 12;
const HIGHEST_PITCH = 115;
/** The last chord rings on into the tail. */
const FINAL_CHORD_BEATS = 6.5;

/** Adds the accompaniment and the drums to the tune of a section. Sections of one kind are accompanied alike. */
export function arrangeSection(request: ArrangeRequest): Arrangement {
  const { profile, energy, tag, nextTag, seed } = request;
  const bars = request.chords.length;
  const tune = request.tune.map((note) => {
    const bar = Math.min(bars - 1, Math.floor(note.startBeat / BEATS_PER_BAR));
    return { ...note, velocity: note.velocity + phraseAccent(bar, bars, tag, nextTag) };
  });
  const notes: PlannedNote[] = [...tune];
  const controls: PlannedControl[] = [];
  for (const [part, voice] of Object.entries(profile.accompaniment)) {
    if (energy < voice.fromEnergy) continue;
    accompany(request, part, voice, createRandom(seed, `figure ${tag} ${part}`), notes, controls);
  }
  if (profile.harmony && energy >= HARMONY_FROM_ENERGY) notes.push(...harmonise(tune, request.chords, request.key));
  const random = createRandom(seed, `players ${request.index}`);
  notes.push(...writeDrums({ style: profile.drums, tag, bars, energy, nextTag, random }));
  const endBeat = nextTag === undefined ? Infinity : bars * BEATS_PER_BAR;
  return { notes: endBeforeNext(humanise(notes, profile, random), endBeat), controls };
}

function accompany(
  request: ArrangeRequest,
  part: string,
  { figure }: Accompaniment,
  random: Random,
  notes: PlannedNote[],
  controls: PlannedControl[],
): void {
  const { chords, energy, tag, nextTag, tune, key } = request;
  const steps = melodyScale(key.mode, true);
  const scale = melodyScale(key.mode, false).map((step) => (step + key.tonic) % 12);
  const runPitches = Array.from({ length: 128 }, (_, pitch) => pitch).filter((pitch) =>
    steps.includes((pitch - key.tonic + 120) % 12),
  );
  let chordPitches: number[] | undefined;
  chords.forEach((chord, index) => {
    const barStart = index * BEATS_PER_BAR;
    const usualVelocity = 58 + energy * 30 + phraseAccent(index, chords.length, tag, nextTag);
    chordPitches = voiceChord(chord, chordPitches, voicingCenter(index));
    const root = nearestPitch(chord.rootPitchClass, 38);
    const pitches = chordPitches;
    const played: PlannedNote[] = [];
    const play: Bar['play'] = (startBeat, beats, pitch, accent = 0) => {
      if (pitch < LOWEST_PITCH || pitch > HIGHEST_PITCH || beats <= 0) return;
      played.push({ part, startBeat: barStart + startBeat, beats, pitch, velocity: usualVelocity + accent });
    };
    const bar: Bar = {
      index,
      sectionTag: tag,
      chord,
      nextChord: chords[index + 1] ?? chord,
      chordPitches: pitches,
      root,
      fifth: nearestPitch(chord.pitchClasses[2]!, root + 7),
      endsPhrase: endsPhrase(index, chords.length),
      level: energy < 0.5 ? 0 : energy < 0.75 ? 1 : 2,
      runPitches,
      random,
      leadSounds: (beat) =>
        tune.some((note) => {
          const at = barStart + beat;
          return at >= note.startBeat - 0.25 && at < note.startBeat + note.beats;
        }),
      play,
      strike: (startBeat, beats, accent) => {
        for (const pitch of pitches) play(startBeat, beats, pitch, accent);
      },
      express: (startBeat, value) => {
        controls.push({ part, startBeat: barStart + startBeat, controller: 11, value });
      },
    };
    const endsSong = nextTag === undefined && index === chords.length - 1;
    if (!endsSong) FIGURES[figure](bar);
    else if (isBassFigure(figure)) play(0, FINAL_CHORD_BEATS, root);
    else if (figure !== 'counterLine')
      pitches.forEach((pitch, string) => play(string * 0.06, FINAL_CHORD_BEATS, pitch, -6));
    const walks = bar.endsPhrase && bar.level > 0 && isBassFigure(figure);
    const nextRootPitchClass = bar.nextChord.rootPitchClass;
    notes.push(...(walks ? leadIn(played, { figure, barStart, root, nextRootPitchClass, scale }) : played));
  });
}
