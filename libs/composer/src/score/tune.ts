import { createRandom } from '../random.ts';
import { mandarinTones } from '../lyrics/mandarin-tones.ts';
import type { SectionTag } from '../lyrics/section-tags.ts';
import type { FormSection } from './form.ts';
import type { Melodist } from './melody.ts';
import { motifNamed, motifPattern } from './motifs.ts';
import type { PlannedChord, PlannedNote } from './song-plan.ts';

/** Where a section lies in the range of the voice, in scale steps around its middle. */
const HEIGHTS: Readonly<Record<SectionTag, number>> = {
  intro: 0.3,
  verse: -1.2,
  'pre-chorus': 0.3,
  chorus: 1.6,
  bridge: 0.6,
  inst: 1.8,
  outro: -0.5,
};

/** What the tune of a section needs to know. */
export interface TuneRequest {
  readonly section: FormSection;
  readonly chords: readonly PlannedChord[];
  readonly velocity: number;
  readonly seed: number;
  readonly melodist: Melodist;
  /** Notes in two bars of a theme without words. */
  readonly themeDensity: number;
}

/** The tune of one section and, for each line of lyrics, its notes. */
export interface Tune {
  readonly notes: readonly PlannedNote[];
  readonly lineNotes: readonly (readonly PlannedNote[])[];
}

/** Writes the tune of a section: one note per syllable, or a theme where there are no words. */
export function writeTune(request: TuneRequest): Tune {
  return request.section.lines.length > 0 ? sing(request) : playTheme(request);
}

function sing({ section, chords, velocity, seed, melodist }: TuneRequest): Tune {
  const pattern = motifPattern(section.lines.length);
  let firstBar = 0;
  const lineNotes = section.lines.map((line, index) => {
    const bars = section.lineBars[index]!;
    const closes = index === section.lines.length - 1 && section.tag !== 'verse' && section.tag !== 'pre-chorus';
    const notes = melodist.write({
      motif: motifNamed(`${section.tag} ${pattern[index]!}`, seed),
      noteCount: line.syllables.length,
      bars,
      firstBar,
      chords,
      height: HEIGHTS[section.tag],
      ending: closes ? 'closed' : index % 2 === 0 ? 'open' : 'free',
      velocity,
      syllables: line.syllables,
      tones: tonesBySyllable(line.text, line.syllables),
    });
    firstBar += bars;
    return notes;
  });
  return { notes: lineNotes.flat(), lineNotes };
}

function playTheme({ section, chords, velocity, seed, melodist, themeDensity }: TuneRequest): Tune {
  const { tag, bars } = section;
  // An intro only announces the tune at its end; an outro leaves its last bars to the chords.
  const lines = tag === 'intro' ? (bars >= 4 ? 1 : 0) : Math.max(1, Math.floor(bars / 2) - (tag === 'outro' ? 1 : 0));
  const firstBar = tag === 'intro' ? bars - 2 : 0;
  const lineBars = Math.min(2, bars);
  const pattern = motifPattern(lines);
  const notes = pattern.flatMap((letter, index) => {
    const motif = motifNamed(`${tag === 'verse' || tag === 'bridge' ? tag : 'chorus'} ${letter}`, seed);
    const extra = createRandom(seed, `density ${motif.name}`).integer(0, 1);
    const full = themeDensity - (index % 2) + extra;
    return melodist.write({
      motif,
      noteCount: Math.max(2, Math.round((full * lineBars) / 2)),
      bars: lineBars,
      firstBar: firstBar + index * 2,
      chords,
      height: HEIGHTS[tag],
      ending: index === lines - 1 ? 'closed' : index % 2 === 0 ? 'open' : 'free',
      velocity: velocity - 6,
    });
  });
  return { notes, lineNotes: [] };
}

/** One tone per syllable; -1 for syllables that are not Chinese. */
function tonesBySyllable(text: string, syllables: readonly string[]): number[] {
  const tones = mandarinTones(text);
  let next = 0;
  return syllables.map((syllable) => (/\p{Script=Han}/u.test(syllable) ? (tones[next++] ?? -1) : -1));
}
