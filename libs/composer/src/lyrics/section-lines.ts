import { createLyricFaults } from './lyric-faults.ts';
import { checkCharacters, readLine, type LyricLine } from './parse-lyrics.ts';

/**
 * The lines of one section, written without its tag.
 * @throws FramesongError INVALID_ARGUMENT with line and column: a tag among them, characters that cannot be, nothing to sing
 */
export function parseSectionLines(text: string, field: string): LyricLine[] {
  const faults = createLyricFaults(field);
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const sung = lines.flatMap((line, index) => {
    checkCharacters(line, index + 1, faults);
    const tagAt = line.search(/[[【]/u);
    if (tagAt >= 0) {
      const column = Array.from(line.slice(0, tagAt)).length + 1;
      faults.add(index + 1, column, 'a tag stands among the lines of one section; delete it');
    }
    return readLine(line, index + 1);
  });
  if (faults.count === 0 && sung.length === 0) faults.add(1, 1, 'there is nothing to sing; write a line');
  if (faults.count > 0) throw faults.toError();
  return sung;
}
