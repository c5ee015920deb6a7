import type { SongFormat } from '@framesong/composer';
import { invalidArgument, type FieldViolation } from '@framesong/errors';
import type { MusicCapabilities } from '@framesong/providers/music';
import type { CheckedSong } from './check-song.ts';
import type { WrittenPlan } from './composer-tasks.ts';

/** What a song takes over from its engine. */
export interface EngineChoice {
  readonly segmented: boolean;
  readonly formats: readonly SongFormat[];
  readonly warnings: readonly string[];
}

/**
 * Fits a checked and planned song to its engine.
 * @param lyricFaults what of the lyrics is beyond the limits of the engine
 * @throws FramesongError INVALID_ARGUMENT naming every field that can never work with this engine
 */
export function chooseForEngine(
  { request, formats: wanted, lyrics }: CheckedSong,
  plan: WrittenPlan,
  name: string,
  capabilities: MusicCapabilities,
  lyricFaults: readonly FieldViolation[],
): EngineChoice {
  const { makesSections, makesSongs, playsScore, maxSongSeconds } = capabilities;
  const faults: FieldViolation[] = [...lyricFaults];
  const fault = (field: string, description: string) => faults.push({ field: `request.${field}`, description });
  if (request.segmented === true && !makesSections) {
    fault('segmented', `${name} makes songs in one render only; leave it out`);
  }
  if (request.segmented === false && !makesSongs) fault('segmented', `${name} makes sections only; leave it out`);
  if (wanted.includes('midi') && !playsScore) fault('output_formats', `names MIDI, and ${name} has no notes to write`);
  if (capabilities.needsWords && lyrics === undefined) {
    fault('lyrics', `are missing, and ${name} makes nothing without words; another engine makes an instrumental`);
  }
  const segmented = request.segmented ?? makesSections;
  const longestSeconds = segmented
    ? Math.max(...plan.sections.map(({ durationSeconds }) => durationSeconds))
    : plan.durationSeconds;
  if (longestSeconds > maxSongSeconds + 1) {
    const what = `${segmented ? 'a section' : 'the song'} takes ${longestSeconds.toFixed(0)} s`;
    const otherwise = !segmented && makesSections ? 'ask for sections' : 'shorten the lyrics';
    fault(
      'duration',
      `${what}, at most ${maxSongSeconds} s are made by ${name} in one render; ${otherwise}, or ask for a shorter song`,
    );
  }
  if (faults.length > 0) throw invalidArgument(faults);
  const usual: SongFormat[] = ['flac', 'mp3', ...(playsScore ? (['midi'] as const) : [])];
  return {
    segmented,
    formats: wanted.length > 0 ? wanted : [...usual, ...(lyrics === undefined ? [] : (['lrc'] as const))],
    warnings: playsScore ? [] : warningsOf(segmented, name, capabilities, lyrics !== undefined),
  };
}

function warningsOf(
  segmented: boolean,
  name: string,
  { contextSeconds, progress }: MusicCapabilities,
  hasLyrics: boolean,
): string[] {
  return [
    ...(segmented
      ? []
      : [`${name} makes the song in one render: a failure begins it again, and sections are as planned`]),
    ...(segmented && contextSeconds === 0
      ? [`${name} does not hear the section before: sections are made on their own and joined on the beat`]
      : []),
    ...(hasLyrics ? ['times of lines are those of the plan, and not heard in the sound'] : []),
    ...(progress === 'estimated' ? [`${name} does not tell its progress: it is estimated`] : []),
  ];
}
