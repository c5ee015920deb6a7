import { createLyricFaults } from './lyric-faults.ts';
import type { ParsedLyrics } from './parse-lyrics.ts';

/** How much an engine takes; absent: as much as there is. */
export interface LyricLimits {
  readonly maxLines?: number;
  readonly maxCharacters?: number;
  readonly maxLineCharacters?: number;
}

/**
 * Checks lyrics that can be sung against the limits of an engine.
 * @throws FramesongError INVALID_ARGUMENT with line, column and what to do
 */
export function checkLyricLimits(lyrics: ParsedLyrics, limits: LyricLimits, engine: string, field = 'lyrics'): void {
  const { maxLines = Infinity, maxCharacters = Infinity, maxLineCharacters = Infinity } = limits;
  const phrases = lyrics.sections.flatMap((section) => section.lines);
  const faults = createLyricFaults(field);
  let characters = 0;
  let isOver = false;
  for (const [index, { text, line, column }] of phrases.entries()) {
    const length = Array.from(text).length;
    characters += length;
    if (length > maxLineCharacters) {
      const advice = 'split it or shorten it';
      faults.add(line, column, `the phrase has ${length} characters, ${engine} takes ${maxLineCharacters}; ${advice}`);
    }
    if (isOver || (index < maxLines && characters <= maxCharacters)) continue;
    isOver = true;
    const limit = index < maxLines ? `${maxCharacters} characters` : `${maxLines} phrases of the ${phrases.length}`;
    faults.add(line, column, `${engine} takes ${limit}; shorten the lyrics from here on`);
  }
  if (faults.count > 0) throw faults.toError();
}
