import { arrangeSection } from '../arrange/arrange-section.ts';
import { BEATS_PER_BAR } from '../engine.ts';
import type { SectionTag } from '../lyrics/section-tags.ts';
import type { Key } from '../style/keys.ts';
import type { StyleProfile } from '../style/profile.ts';
import { barSeconds, type FormSection } from './form.ts';
import type { Harmony } from './harmony.ts';
import type { Melodist } from './melody.ts';
import type { PlannedSection } from './song-plan.ts';
import { writeTune } from './tune.ts';

/** What a section follows from. */
export interface SectionRequest {
  readonly section: FormSection;
  readonly index: number;
  readonly startBar: number;
  readonly nextTag: SectionTag | undefined;
  /** 0 to 1 */
  readonly energy: number;
  readonly bpm: number;
  readonly profile: StyleProfile;
  readonly key: Key;
  readonly seed: number;
  readonly harmony: Harmony;
  readonly melodist: Melodist;
}

/** Writes one section: its chords, its tune, and what accompanies it. */
export function planSection(request: SectionRequest): PlannedSection {
  const { section, index, startBar, nextTag, energy, bpm, profile, key, seed, harmony, melodist } = request;
  const { tag } = section;
  const themeDensity = profile.name === 'ambient' ? 4 : profile.name === 'epic' ? 6 : 8;
  const secondsPerBeat = 60 / bpm;
  const chords = harmony.chordsOf(section, nextTag);
  const tune = writeTune({ section, chords, velocity: 78 + energy * 26, seed, melodist, themeDensity });
  const arrangement = arrangeSection({ profile, key, index, tag, nextTag, energy, chords, tune: tune.notes, seed });
  const startSeconds = startBar * barSeconds(bpm);
  return {
    index,
    tag,
    name: section.name,
    bars: section.bars,
    startBeat: startBar * BEATS_PER_BAR,
    startSeconds,
    durationSeconds: section.bars * barSeconds(bpm),
    energy,
    chords,
    ...arrangement,
    lines: section.lines.map((line, lineIndex) => {
      const notes = tune.lineNotes[lineIndex]!;
      const last = notes.at(-1)!;
      return {
        text: line.text,
        startSeconds: startSeconds + notes[0]!.startBeat * secondsPerBeat,
        durationSeconds: (last.startBeat + last.beats - notes[0]!.startBeat) * secondsPerBeat,
      };
    }),
  };
}
