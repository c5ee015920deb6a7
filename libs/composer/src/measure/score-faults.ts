import { encodeLrc } from '../encode/lrc.ts';
import { encodeMidi } from '../encode/midi.ts';
import { parseLyrics } from '../lyrics/parse-lyrics.ts';
import type { PlannedNote, PlannedSection, SongPlan } from '../score/song-plan.ts';
import { parseKey, SCALES, type Key } from '../style/keys.ts';
import { readMidi } from './read-midi.ts';

/** A player may be this far from the beat, in beats; a third of a swung beat is not counted as such. */
const PLAYED_BEATS = 0.05;
const WIDEST_LEAP_SEMITONES = 9;
const WIDEST_RANGE_SEMITONES = 19;
const LONGEST_SILENCE_SECONDS = 1.5;
/** Of the notes of an accompaniment; the rest leads from chord to chord. */
const LEAST_CHORD_NOTES = 0.8;
/** Of the notes of the tune on the first and the third beat of a bar. */
const LEAST_STRONG_CHORD_NOTES = 0.9;

/**
 * Everything in which a score breaks the rules that every song keeps, one sentence each; none for a good score. The rules are
 * about sections, words, harmony, the tune, playability, and the MIDI and LRC files.
 */
export function scoreFaults(plan: SongPlan, lyrics: string): string[] {
  const key = parseKey(plan.key)!;
  return [
    ...sectionFaults(plan, lyrics),
    ...wordFaults(plan, lyrics),
    ...plan.sections.flatMap((section) =>
      [...chordFaults(section, key), ...tuneFaults(section, key), ...playingFaults(section)].map(
        (fault) => `section ${section.index} (${section.tag}): ${fault}`,
      ),
    ),
    ...songFaults(plan, key),
    ...fileFaults(plan),
  ];
}

function sectionFaults(plan: SongPlan, lyrics: string): string[] {
  const faults: string[] = [];
  const asked = parseLyrics(lyrics).sections.map(({ tag }) => tag);
  if (asked[0] !== 'intro') asked.unshift('intro');
  if (asked.at(-1) !== 'outro') asked.push('outro');
  const planned = plan.sections.map(({ tag }) => tag);
  if (planned.join() !== asked.join()) faults.push(`sections are ${planned.join()} instead of ${asked.join()}`);
  let startBeat = 0;
  for (const section of plan.sections) {
    const { index, bars } = section;
    if (section.startBeat !== startBeat) faults.push(`section ${index} starts at beat ${section.startBeat}`);
    if (section.chords.length !== bars) faults.push(`section ${index} has ${section.chords.length} chords`);
    if (Math.abs(section.startSeconds - (startBeat * 60) / plan.bpm) > 1e-6)
      faults.push(`section ${index} is off time`);
    startBeat += bars * plan.beatsPerBar;
  }
  return faults;
}

function wordFaults(plan: SongPlan, lyrics: string): string[] {
  const asked = parseLyrics(lyrics).sections.flatMap(({ lines }) => lines.flatMap(({ syllables }) => syllables));
  const sung = plan.sections.flatMap(({ notes }) => notes.flatMap(({ syllable }) => syllable ?? []));
  const faults = sung.join(' ') === asked.join(' ') ? [] : [`sings ${sung.length} of ${asked.length} syllables`];
  for (const section of plan.sections.filter(({ lines }) => lines.length > 0)) {
    const silent = section.notes.filter(({ part, syllable }) => part === 'lead' && syllable === undefined);
    if (silent.length > 0) faults.push(`section ${section.index} has ${silent.length} notes of the tune without words`);
  }
  return faults;
}

function chordFaults({ chords, notes, bars }: PlannedSection, key: Key): string[] {
  const faults: string[] = [];
  const scale: readonly number[] = SCALES[key.mode];
  for (const chord of chords) {
    const strange = chord.pitchClasses.filter((pitchClass) => !scale.includes((pitchClass - key.tonic + 12) % 12));
    const isDominant = chord.degree === 5 && strange.every((pitchClass) => (pitchClass - key.tonic + 12) % 12 === 11);
    if (strange.length > 0 && !isDominant) faults.push(`${chord.name} of bar ${chord.bar} is not of the key`);
  }
  const parts = Map.groupBy(notes, ({ part }) => part);
  for (const [part, played] of parts) {
    if (part === 'lead' || part === 'harmony' || part === 'drums') continue;
    // Runs over the strings lie between the eighths, and the last beat of a bass leads on: neither is harmony.
    const isBass = part.startsWith('bass');
    const held = played.filter((note) => isOnBeat(note.startBeat, 0.5) && !(isBass && leadsOn(note)));
    const fitting = held.filter((note) => {
      const bar = barOf(note, bars);
      return [chords[bar], chords[bar + 1]].some((chord) => chord?.pitchClasses.includes(note.pitch % 12));
    });
    if (fitting.length / held.length < LEAST_CHORD_NOTES) {
      faults.push(`${part} leaves the chords in ${held.length - fitting.length} of ${held.length} notes`);
    }
    if (!isBass) continue;
    const firsts = chords.map(({ bar }) => played.find((note) => barOf(note, bars) === bar));
    const wrong = firsts.findIndex((note, bar) => note && note.pitch % 12 !== chords[bar]!.rootPitchClass);
    if (wrong >= 0) faults.push(`${part} begins bar ${wrong} beside the root`);
  }
  const empty = chords.findIndex(({ bar }) => !notes.some((note) => barOf(note, bars) === bar));
  if (empty >= 0) faults.push(`bar ${empty} is empty`);
  return faults;
}

function tuneFaults({ chords, notes, bars }: PlannedSection, key: Key): string[] {
  const faults: string[] = [];
  const scale: readonly number[] = SCALES[key.mode];
  const tune = notes.filter(({ part }) => part === 'lead');
  const outside = tune.filter(({ pitch }) => !scale.includes((pitch - key.tonic + 120) % 12));
  if (outside.length > 0) faults.push(`${outside.length} notes of the tune are not of the scale`);
  const overlapping = tune.filter((note, index) => endOf(tune[index - 1]) > note.startBeat + 1e-3);
  if (overlapping.length > 0) faults.push(`${overlapping.length} notes of the tune begin before the last one ends`);
  const leaps = tune.filter((note, at) => at > 0 && Math.abs(note.pitch - tune[at - 1]!.pitch) > WIDEST_LEAP_SEMITONES);
  if (leaps.length > 0) faults.push(`the tune leaps by more than ${WIDEST_LEAP_SEMITONES} semitones`);
  const pitches = tune.map(({ pitch }) => pitch);
  if (Math.max(...pitches) - Math.min(...pitches) > WIDEST_RANGE_SEMITONES)
    faults.push('the tune has too wide a range');
  const chordAt = (note: PlannedNote) => chords[barOf(note, bars)]!;
  const rubbing = tune.filter((note) => {
    const raised = chordAt(note).pitchClasses.find((pitchClass) => !scale.includes((pitchClass - key.tonic + 12) % 12));
    return raised !== undefined && (raised - note.pitch + 120) % 12 === 1;
  });
  if (rubbing.length > 0) faults.push(`${rubbing.length} notes of the tune rub against a raised leading note`);
  return faults;
}

function playingFaults({ notes, bars, lines }: PlannedSection): string[] {
  const faults: string[] = [];
  const beats = bars * 4;
  if (notes.some(({ startBeat }) => startBeat < 0 || startBeat >= beats + PLAYED_BEATS))
    faults.push('notes lie outside');
  if (notes.some(({ velocity }) => !Number.isInteger(velocity) || velocity < 1 || velocity > 127)) {
    faults.push('velocities are not 1 to 127');
  }
  const held = new Map<string, number>();
  let doubled = 0;
  for (const { part, pitch, startBeat, beats: length } of notes) {
    const name = `${part} ${pitch}`;
    if ((held.get(name) ?? -1) > startBeat + 1e-9) doubled++;
    held.set(name, startBeat + length);
  }
  if (doubled > 0) faults.push(`${doubled} notes begin while their own key is down`);
  if (lines.some(({ durationSeconds }) => durationSeconds <= 0)) faults.push('a line takes no time');
  return faults;
}

function songFaults(plan: SongPlan, key: Key): string[] {
  const faults: string[] = [];
  const last = plan.sections.at(-1)!;
  if (last.chords.at(-1)!.rootPitchClass !== key.tonic) faults.push('the last chord is not the tonic');
  const strong = plan.sections.flatMap(({ notes, chords, bars }) =>
    notes
      .filter(({ part, startBeat }) => part === 'lead' && isOnBeat(startBeat, 2))
      .map((note) => chords[barOf(note, bars)]!.pitchClasses.includes(note.pitch % 12)),
  );
  const fitting = strong.filter(Boolean).length;
  if (fitting < strong.length * LEAST_STRONG_CHORD_NOTES) {
    faults.push(`only ${fitting} of ${strong.length} strong notes of the tune are of their chord`);
  }
  const sounding = plan.sections
    .flatMap(({ startBeat, notes }) =>
      notes.map((note) => [startBeat + note.startBeat, startBeat + endOf(note)] as const),
    )
    .sort((a, b) => a[0] - b[0]);
  let end = 0;
  for (const [from, to] of sounding) {
    const silentSeconds = ((from - end) * 60) / plan.bpm;
    if (silentSeconds > LONGEST_SILENCE_SECONDS) faults.push(`silent for ${silentSeconds.toFixed(1)} s at beat ${end}`);
    end = Math.max(end, to);
  }
  return faults;
}

function fileFaults(plan: SongPlan): string[] {
  const faults: string[] = [];
  const midi = readMidi(encodeMidi(plan));
  if (midi.microsecondsPerBeat !== Math.round(60_000_000 / plan.bpm)) faults.push('the MIDI file has another tempo');
  if (midi.stuckNotes > 0) faults.push(`${midi.stuckNotes} notes of the MIDI file are cut off or never end`);
  const notes = plan.sections.reduce((sum, section) => sum + section.notes.length, 0);
  if (midi.notes.length !== notes) faults.push(`the MIDI file has ${midi.notes.length} of ${notes} notes`);
  const ticks = plan.sections.map(({ startBeat }) => startBeat * midi.ticksPerBeat);
  if (midi.markers.map(({ tick }) => tick).join() !== ticks.join()) faults.push('the MIDI file marks other sections');
  const lines = plan.sections.flatMap((section) => section.lines.map(({ text }) => text));
  const written = encodeLrc(plan).match(/^\[\d\d:\d\d\.\d\d\][^#\n].*$/gm) ?? [];
  if (written.map((line) => line.slice(10)).join('\n') !== lines.join('\n'))
    faults.push('the LRC file has other lines');
  return faults;
}

function barOf({ startBeat }: PlannedNote, bars: number): number {
  return Math.min(bars - 1, Math.floor((startBeat + PLAYED_BEATS) / 4));
}

function endOf(note: PlannedNote | undefined): number {
  return note ? note.startBeat + note.beats : -Infinity;
}

function leadsOn({ startBeat }: PlannedNote): boolean {
  return (startBeat + PLAYED_BEATS) % 4 >= 3;
}

function isOnBeat(startBeat: number, every: number): boolean {
  const from = ((startBeat % every) + every) % every;
  return Math.min(from, every - from) < PLAYED_BEATS;
}
