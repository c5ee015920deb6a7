import type { ValidateLyricsRequest, ValidateLyricsResponse } from '@framesong/contracts/music/v1/music_service';
import { invalidField, toFramesongError, type FieldViolation } from '@framesong/errors';
import type { CallContext } from '@framesong/rpc';
import type { MusicParts } from './music-service.ts';

const MAX_LYRICS_BYTES = 64 * 1024;

/** `ValidateLyrics`: faults are the answer, not an error. */
export async function validateLyrics(
  { composer }: MusicParts,
  { lyrics }: ValidateLyricsRequest,
  call: CallContext,
): Promise<ValidateLyricsResponse> {
  const sizeBytes = Buffer.byteLength(lyrics);
  if (sizeBytes > MAX_LYRICS_BYTES) {
    throw invalidField('lyrics', `have ${sizeBytes} bytes, at most ${MAX_LYRICS_BYTES} are taken; shorten them`);
  }
  try {
    const { sections, warnings } = await composer.validate({ lyrics }, call.signal);
    return {
      faults: [],
      sections: sections.map(({ tag, lines }) => ({
        tag,
        lines: lines.length,
        syllables: lines.reduce((sum, line) => sum + line.syllables.length, 0),
      })),
      warnings: [...warnings],
    };
  } catch (thrown) {
    const error = toFramesongError(thrown);
    if (error.code !== 'INVALID_ARGUMENT') throw error;
    return { faults: error.violations.map(faultOf), sections: [], warnings: [] };
  }
}

function faultOf({ description }: FieldViolation) {
  const [, line, column, text] = /^line (\d+), column (\d+): (.*)$/s.exec(description) ?? [];
  return { line: Number(line ?? 0), column: Number(column ?? 0), description: text ?? description };
}
