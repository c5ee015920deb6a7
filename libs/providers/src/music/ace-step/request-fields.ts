import { invalidField } from '@framesong/errors';
import { aceStepLyrics } from '../lyrics-forms.ts';
import type { MusicRequest, MusicSection } from '../music-engine.ts';

/** Lengths that the server takes, in seconds. docs/en/API.md of ace-step/ACE-Step-1.5, `audio_duration`. */
export const DURATION_SECONDS = { min: 10, max: 600 };
const PLANNED_OVER_SECONDS = 1;
const BPM = { min: 30, max: 300 };
/** The largest that fits into 32 bits with a sign. */
const SEEDS = 2 ** 31;

/** Fields of `POST /release_task` that every task has. */
export function commonFields(request: MusicRequest, model: string | undefined): Readonly<Record<string, string>> {
  const sections = sectionsOf(request);
  const hasWords = sections.some(({ lines }) => lines.length > 0);
  return {
    prompt: request.style,
    lyrics: hasWords ? aceStepLyrics(sections) : '[Instrumental]',
    vocal_language: languageOf(sections),
    bpm: String(Math.round(Math.min(BPM.max, Math.max(BPM.min, request.bpm)))),
    key_scale: titled(request.key),
    time_signature: '4',
    // One sound, and none that nobody would fetch.
    batch_size: '1',
    use_random_seed: 'false',
    seed: String(request.seed % SEEDS),
    // What was asked for is what is sung: the language model of the server rewrites nothing.
    thinking: 'false',
    use_cot_caption: 'false',
    use_cot_language: 'false',
    ...(model !== undefined && { model }),
  };
}

/** Fields of the task that makes this sound: a gap between other sounds is repainted, anything else is made from nothing. */
export function taskFields(request: MusicRequest): Readonly<Record<string, string>> {
  const around = request.context?.around;
  if (!around) {
    return { task_type: 'text2music', audio_format: 'flac', audio_duration: String(wantedSeconds(request)) };
  }
  return {
    task_type: 'repaint',
    // The section is cut out of it, which WAV allows by the byte.
    audio_format: 'wav',
    repainting_start: String(around.startSeconds),
    repainting_end: String(around.endSeconds),
  };
}

/** Length of the sound that is asked for, in seconds. @throws FramesongError INVALID_ARGUMENT beyond what the server takes */
function wantedSeconds(request: MusicRequest): number {
  const seconds = sectionsOf(request).reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  // The tail may be as long as there is room; a plan may be over the limit by the end of a bar.
  const whole = Math.min(DURATION_SECONDS.max, seconds + request.tailSeconds);
  if (seconds <= DURATION_SECONDS.max + PLANNED_OVER_SECONDS) return Math.max(DURATION_SECONDS.min, whole);
  throw invalidField(
    'sections',
    `last ${seconds.toFixed(1)} s, at most ${DURATION_SECONDS.max} s are made; shorten the song`,
  );
}

function sectionsOf({ sections, sectionIndex }: MusicRequest): readonly MusicSection[] {
  return sectionIndex === undefined ? sections : [sections[sectionIndex]!];
}

/** `A minor` as `A Minor`. */
function titled(key: string): string {
  return key.replace(/\b(major|minor)\b/i, (mode) => `${mode[0]!.toUpperCase()}${mode.slice(1).toLowerCase()}`);
}

/** By the script of the words; those in Latin letters count as English. */
function languageOf(sections: readonly MusicSection[]): string {
  const text = sections.flatMap(({ lines }) => lines).join(' ');
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'ja';
  if (/\p{Script=Hangul}/u.test(text)) return 'ko';
  return /\p{Script=Han}/u.test(text) ? 'zh' : 'en';
}
