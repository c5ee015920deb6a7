import { LYRICS_MAX_BYTES } from '@framesong/composer';
import type { ValidateLyricsRequest, ValidateLyricsResponse } from '@framesong/contracts/music/v1/music_service';
import { invalidField, toFramesongError, type FieldViolation } from '@framesong/errors';
import { aceStepLyrics, songGenerationLyrics } from '@framesong/providers/music';
import type { CallContext } from '@framesong/rpc';
import { lyricsTooLong } from './check-song.ts';
import { EMBEDDED } from './engines/embedded-engine.ts';
import type { MusicParts } from './music-service.ts';

/** `ValidateLyrics`: faults are the answer, not an error. */
export async function validateLyrics(
  { composer, engines }: MusicParts,
  { lyrics, engine }: ValidateLyricsRequest,
  call: CallContext,
): Promise<ValidateLyricsResponse> {
  const sizeBytes = Buffer.byteLength(lyrics);
  if (sizeBytes > LYRICS_MAX_BYTES) throw invalidField('lyrics', lyricsTooLong(sizeBytes));
  const chosen = engines.named(engine ?? EMBEDDED);
  const { lyricsLimits: limits } = await chosen.describe(call.signal);
  try {
    const { sections, warnings } = await composer.validate({ lyrics, engine: chosen.name, limits }, call.signal);
    return {
      faults: [],
      sections: sections.map(({ tag, lines, syllables }) => ({ tag, lines: lines.length, syllables })),
      warnings: [...warnings],
      songGeneration: songGenerationLyrics(sections),
      aceStep: aceStepLyrics(sections),
    };
  } catch (thrown) {
    const error = toFramesongError(thrown);
    if (error.code !== 'INVALID_ARGUMENT') throw error;
    return { faults: error.violations.map(faultOf), sections: [], warnings: [], songGeneration: '', aceStep: '' };
  }
}

function faultOf({ description }: FieldViolation) {
  const [, line, column, text] = /^line (\d+), column (\d+): (.*)$/s.exec(description) ?? [];
  return { line: Number(line ?? 0), column: Number(column ?? 0), description: text ?? description };
}
