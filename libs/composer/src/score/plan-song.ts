import { invalidField } from '@framesong/errors';
import { BEATS_PER_BAR, COMPOSER_ENGINE } from '../engine.ts';
import { parseLyrics } from '../lyrics/parse-lyrics.ts';
import type { SectionTag } from '../lyrics/section-tags.ts';
import { createRandom } from '../random.ts';
import { keyName, parseKey } from '../style/keys.ts';
import { readStyle } from '../style/read-style.ts';
import { barSeconds, formSeconds, type FormSection, type SongForm } from './form.ts';
import { createHarmony } from './harmony.ts';
import { instrumentalForm } from './instrumental-form.ts';
import { createMelodist } from './melody.ts';
import { planParts } from './parts.ts';
import { checkSongRequest, PLAN_LIMITS, type SongRequest } from './plan-limits.ts';
import type { PlannedSection, SongPlan } from './song-plan.ts';
import { planSection } from './plan-section.ts';
import { sungForm } from './sung-form.ts';

const USUAL_INSTRUMENTAL_SECONDS = 60;
const USUAL_ENERGY: Readonly<Record<SectionTag, number>> = {
  intro: 0.35,
  verse: 0.5,
  'pre-chorus': 0.65,
  chorus: 0.9,
  bridge: 0.58,
  inst: 0.78,
  outro: 0.4,
};

/**
 * Writes a whole song as notes. Explicit `bpm` and `key` win over the style text. The same request gives the same plan.
 *
 * @throws FramesongError INVALID_ARGUMENT naming every faulty field, its limit and what to do; faults of the lyrics come
 * with line and column
 */
export function planSong(request: SongRequest): SongPlan {
  checkSongRequest(request);
  const { seed } = request;
  const lyrics = request.lyrics === undefined ? undefined : parseLyrics(request.lyrics);
  const style = readStyle(request.style, createRandom(seed, 'style'));
  const { profile } = style;
  const key = (request.key === undefined ? undefined : parseKey(request.key)) ?? style.key;
  const bpmRange = request.bpm === undefined ? style.bpm : ([request.bpm, request.bpm] as const);
  const drawnBpm = bpmRange[0] === bpmRange[1] ? bpmRange[0] : createRandom(seed, 'tempo').integer(...bpmRange);
  const form = lyrics
    ? sungForm(lyrics.sections, bpmRange, request.durationSeconds, drawnBpm)
    : instrumentalForm(request.durationSeconds ?? USUAL_INSTRUMENTAL_SECONDS, bpmRange, drawnBpm);
  const durationSeconds = formSeconds(form);
  checkLength(durationSeconds, form.bpm);
  return {
    engine: COMPOSER_ENGINE,
    seed,
    profile: profile.name,
    bpm: form.bpm,
    beatsPerBar: BEATS_PER_BAR,
    key: keyName(key),
    instrumental: !lyrics,
    durationSeconds,
    parts: planParts(profile, style.lead),
    sections: planSections(form, style, key, seed),
    warnings: [
      ...(lyrics?.warnings ?? []),
      ...style.warnings,
      ...lengthWarnings(request.durationSeconds, durationSeconds),
    ],
  };
}

function planSections(
  form: SongForm,
  { profile, register }: ReturnType<typeof readStyle>,
  key: ReturnType<typeof readStyle>['key'],
  seed: number,
): PlannedSection[] {
  const harmony = createHarmony(profile, key, seed);
  const melodist = createMelodist(key, profile.pentatonic, register, seed);
  const { bpm } = form;
  let startBar = 0;
  return form.sections.map((section, index) => {
    const nextTag = form.sections[index + 1]?.tag;
    const energy = energyOf(form.sections, index);
    const place = { section, index, startBar, nextTag, energy, bpm };
    startBar += section.bars;
    return planSection({ ...place, profile, key, seed, harmony, melodist });
  });
}

/** The first chorus holds back, the last one gives everything; later verses are fuller than the first. */
function energyOf(sections: readonly FormSection[], index: number): number {
  const { tag } = sections[index]!;
  const alike = sections.filter((section) => section.tag === tag).length;
  const place = sections.slice(0, index).filter((section) => section.tag === tag).length;
  if (tag === 'chorus' && alike > 1) return place === alike - 1 ? 1 : place === 0 ? 0.82 : 0.9;
  return USUAL_ENERGY[tag] + (tag === 'verse' && place > 0 ? 0.1 : 0);
}

function checkLength(durationSeconds: number, bpm: number): void {
  const { max } = PLAN_LIMITS.durationSeconds;
  // Whole bars may carry a song of the longest length a little beyond it.
  if (durationSeconds <= max + 2 * barSeconds(bpm)) return;
  const takes = `take about ${Math.round(durationSeconds)} s at ${bpm} bpm`;
  throw invalidField('lyrics', `${takes}; the limit is ${max} s: shorten them, or ask for a higher bpm`);
}

function lengthWarnings(wanted: number | undefined, planned: number): string[] {
  if (wanted === undefined || Math.abs(planned - wanted) <= Math.max(4, wanted * 0.1)) return [];
  return [`the song takes ${planned.toFixed(1)} s instead of ${wanted} s: its words and tempo need that`];
}
