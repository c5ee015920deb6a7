import { invalidField } from '@framesong/errors';
import { BEATS_PER_BAR } from '../engine.ts';
import { parseSectionLines } from '../lyrics/section-lines.ts';
import { createRandom } from '../random.ts';
import { parseKey } from '../style/keys.ts';
import type { StyleProfile } from '../style/profile.ts';
import { profileNamed } from '../style/profiles.ts';
import { readStyle } from '../style/read-style.ts';
import { barsForLine, type FormSection } from './form.ts';
import { createHarmony } from './harmony.ts';
import { createMelodist } from './melody.ts';
import { planParts } from './parts.ts';
import { planSection } from './plan-section.ts';
import type { PlannedSection, SongPlan } from './song-plan.ts';

/** What a section is made anew with. */
export interface SectionReplacement {
  /** Lines to sing instead, without a tag. Default: the ones it has. */
  readonly lyrics?: string;
  /** Style in words. Tempo and key stay those of the song. Default: the one it has. */
  readonly style?: string;
  readonly seed: number;
}

/**
 * Writes one section of a song anew, with as many bars as it had, so that all others stay where they are.
 * @throws FramesongError INVALID_ARGUMENT for lines that cannot be sung in these bars, with line and column for faulty ones
 */
export function replaceSection(plan: SongPlan, index: number, replacement: SectionReplacement): SongPlan {
  const old = plan.sections[index];
  if (!old) throw invalidField('section_index', `must be 0 to ${plan.sections.length - 1}, is ${index}`);
  const { seed } = replacement;
  const key = parseKey(plan.key)!;
  const style = replacement.style === undefined ? undefined : readStyle(replacement.style, createRandom(seed, 'style'));
  const profile = style?.profile ?? profileNamed(old.profile ?? plan.profile);
  const section = planSection({
    section: formOf(old, replacement.lyrics, plan.bpm),
    index,
    startBar: old.startBeat / BEATS_PER_BAR,
    nextTag: plan.sections[index + 1]?.tag,
    energy: old.energy,
    bpm: plan.bpm,
    profile,
    key,
    seed,
    harmony: createHarmony(profile, key, seed),
    melodist: createMelodist(key, profile.pentatonic, style?.register ?? 'high', seed),
  });
  const changed = { ...section, ...soundOf(plan, old, profile, style && planParts(profile, style.lead)) };
  return {
    ...plan,
    sections: plan.sections.with(index, changed),
    warnings: [...plan.warnings, ...(style?.warnings ?? [])],
  };
}

function soundOf(plan: SongPlan, old: PlannedSection, { name }: StyleProfile, parts: PlannedSection['parts']) {
  if (parts) return { profile: name, parts };
  return { ...(name !== plan.profile && { profile: name }), ...(old.parts && { parts: old.parts }) };
}

/** The lines in the bars of the section: each as many as it needs, all twice as many while there is room. */
function formOf(old: PlannedSection, lyrics: string | undefined, bpm: number): FormSection {
  const { tag, name, bars } = old;
  const text = lyrics ?? old.lines.map((line) => line.text).join('\n');
  const lines = text.trim() === '' ? [] : parseSectionLines(text, 'lyrics');
  let lineBars = lines.map((line) => barsForLine(line.syllables.length, bpm));
  const sum = () => lineBars.reduce((total, count) => total + count, 0);
  if (sum() > bars) {
    const syllables = lines.reduce((total, line) => total + line.syllables.length, 0);
    throw invalidField(
      'lyrics',
      `take ${sum()} bars (${syllables} syllables in ${lines.length} lines) and the section has ${bars}; shorten them`,
    );
  }
  while (lines.length > 0 && sum() * 2 <= bars) lineBars = lineBars.map((count) => count * 2);
  return { tag, name, bars, lines, lineBars };
}
