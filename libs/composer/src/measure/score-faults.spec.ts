import { planSong } from '../score/plan-song.ts';
import type { PlannedNote, SongPlan } from '../score/song-plan.ts';
import { STYLE_NAMES } from '../style/profiles.ts';
import { MEASURED_LYRICS } from './sample-lyrics.ts';
import { scoreFaults } from './score-faults.ts';

const SEEDS = [0, 1, 2, 3, 4];

describe.each(STYLE_NAMES)('a score of %s', (style) => {
  // The long form, `nx run composer:measure`, takes 300 seeds.
  it.each(SEEDS)('keeps the rules of sections, words, chords, tune, playing and files: seed %i', (seed) => {
    const lyrics = MEASURED_LYRICS[seed % MEASURED_LYRICS.length]!;
    expect(scoreFaults(planSong({ lyrics, style, seed }), lyrics)).toEqual([]);
  });
});

describe('scoreFaults', () => {
  const lyrics = MEASURED_LYRICS[0]!;
  const good = planSong({ lyrics, style: 'pop in A minor', seed: 1 });
  const withNotes = (change: (notes: readonly PlannedNote[]) => PlannedNote[]): SongPlan => ({
    ...good,
    sections: good.sections.map((section) =>
      section.index === 1 ? { ...section, notes: change(section.notes) } : section,
    ),
  });
  const tuneNotes = (notes: readonly PlannedNote[]) => notes.filter(({ part }) => part === 'lead');

  it.each<[string, SongPlan, RegExp]>([
    ['a lost section', { ...good, sections: good.sections.slice(0, -1) }, /^sections are/],
    ['a lost syllable', withNotes((notes) => notes.filter((note) => note !== tuneNotes(notes)[3])), /syllables/],
    [
      'a tune beside the scale',
      withNotes((notes) => notes.map((note) => (note.part === 'lead' ? { ...note, pitch: note.pitch + 1 } : note))),
      /not of the scale/,
    ],
    [
      'a key struck while it is down',
      withNotes((notes) => notes.map((note) => ({ ...note, beats: note.part === 'keys' ? 4 : note.beats }))),
      /own key is down/,
    ],
    [
      'a bass beside the root',
      withNotes((notes) => notes.map((note) => (note.part === 'bass' ? { ...note, pitch: note.pitch + 2 } : note))),
      /beside the root/,
    ],
    ['silence', { ...good, sections: good.sections.map((s) => (s.index === 1 ? { ...s, notes: [] } : s)) }, /silent/],
    ['another tempo', { ...good, bpm: good.bpm + 1 }, /off time/],
  ])('finds %s', (_, plan, fault) => {
    expect(scoreFaults(plan, lyrics)).toContainEqual(expect.stringMatching(fault));
  });
});
