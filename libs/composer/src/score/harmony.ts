import type { SectionTag } from '../lyrics/section-tags.ts';
import { createRandom } from '../random.ts';
import { isMinorLike, pitchClassName, SCALES, type Key } from '../style/keys.ts';
import type { StyleProfile } from '../style/profile.ts';
import type { PlannedChord } from './song-plan.ts';

/** Gives every section its chords, one per bar. Sections of one kind share their loop. */
export interface Harmony {
  chordsOf(section: { tag: SectionTag; bars: number }, nextTag: SectionTag | undefined): PlannedChord[];
}

type Loop = 'verse' | 'chorus' | 'bridge';

const LOOP_OF: Readonly<Record<SectionTag, Loop>> = {
  intro: 'chorus',
  verse: 'verse',
  'pre-chorus': 'bridge',
  chorus: 'chorus',
  bridge: 'bridge',
  inst: 'chorus',
  outro: 'chorus',
};

/** Draws the chord loops of a song. */
export function createHarmony(profile: StyleProfile, key: Key, seed: number): Harmony {
  const random = createRandom(seed, 'harmony');
  const flavour = isMinorLike(key.mode) ? 'minor' : 'major';
  const draw = (loop: Loop, unlike?: string): string => {
    const all = profile.progressions[loop][flavour];
    const others = all.filter((progression) => progression !== unlike);
    return random.pick(others.length > 0 ? others : all);
  };
  const verse = draw('verse');
  const loops: Readonly<Record<Loop, string>> = { verse, chorus: draw('chorus', verse), bridge: draw('bridge') };
  return {
    chordsOf({ tag, bars }, nextTag) {
      const loop = LOOP_OF[tag];
      const degrees = loops[loop].split(' ').map(Number);
      return Array.from({ length: bars }, (_, bar) => {
        const place = bar % degrees.length;
        const cadence = cadenceDegree(tag, bar, bars, nextTag, profile, key);
        const color = createRandom(seed, `chord ${loop} ${place}`);
        return buildChord(bar, cadence ?? degrees[place]!, bar === bars - 1, profile, key, color.unit());
      });
    },
  };
}

/** The degree that a section must end on, where the next one asks for it: dominant before a chorus, tonic at the end. */
function cadenceDegree(
  tag: SectionTag,
  bar: number,
  bars: number,
  nextTag: SectionTag | undefined,
  profile: StyleProfile,
  key: Key,
): number | undefined {
  const fromEnd = bars - 1 - bar;
  if (nextTag === undefined && fromEnd === 0) return 1;
  if (tag === 'outro' && fromEnd === 1) return 4;
  if (fromEnd !== 0 || bars < 2) return undefined;
  if (tag === 'chorus' && nextTag === 'outro') return 1;
  const leads = tag === 'verse' || tag === 'pre-chorus' || tag === 'bridge';
  if (!leads || nextTag !== 'chorus') return undefined;
  const soft = key.mode === 'dorian' || (!profile.raisedLeadingNote && isMinorLike(key.mode));
  return soft ? 7 : 5;
}

function buildChord(
  bar: number,
  degree: number,
  endsSection: boolean,
  profile: StyleProfile,
  key: Key,
  color: number,
): PlannedChord {
  const scale = SCALES[key.mode];
  const above = (steps: number): number => scale[(degree - 1 + steps) % 7]! + 12 * Math.floor((degree - 1 + steps) / 7);
  const root = above(0);
  const dominant = isMinorLike(key.mode) && degree === 5 && profile.raisedLeadingNote;
  const third = dominant && (endsSection || profile.sevenths) ? root + 4 : above(2);
  const fifth = above(4);
  const suspended = profile.suspensions && !endsSection && color < 0.3;
  const tones = [root, suspended ? above(1) : third, fifth];
  if (profile.sevenths && !suspended) tones.push(above(6));
  if (profile.crackle > 0 && color > 0.5) tones.push(above(8));
  return {
    bar,
    degree,
    name:
      pitchClassName(key.tonic + root) +
      chordSuffix(third - root, fifth - root, suspended, tones[3] && above(6) - root),
    rootPitchClass: (key.tonic + root) % 12,
    pitchClasses: tones.map((tone) => (key.tonic + tone) % 12),
  };
}

function chordSuffix(third: number, fifth: number, suspended: boolean, seventh: number | undefined): string {
  if (suspended) return 'sus2';
  const triad = fifth === 6 ? 'dim' : third === 3 ? 'm' : '';
  return triad + (seventh === undefined ? '' : seventh === 11 ? 'maj7' : '7');
}
