import type { SourceLine } from './lrc-input.ts';
import type { LyricLine, OpenSection } from './parse-lyrics.ts';

/**
 * Sections of lyrics without tags: each stanza is one. A stanza that comes twice is the chorus; where none does, verse and
 * chorus take turns.
 */
export function nameStanzas(lines: readonly SourceLine[], readLine: (line: SourceLine) => LyricLine[]): OpenSection[] {
  const stanzas: LyricLine[][] = [];
  let open = false;
  lines.forEach((line) => {
    if (line.text.trim() === '') {
      open = false;
      return;
    }
    const sung = readLine(line);
    if (sung.length === 0) return;
    if (open) stanzas.at(-1)!.push(...sung);
    else stanzas.push(sung);
    open = true;
  });
  const keys = stanzas.map((stanza) => stanza.map((line) => line.text.toLowerCase()).join('\n'));
  const repeats = new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
  let verses = 0;
  return stanzas.map((stanza, index) => {
    const chorus = repeats.size > 0 ? repeats.has(keys[index]!) : index % 2 === 1;
    const name = chorus ? 'chorus' : `verse ${++verses}`;
    return { tag: chorus ? 'chorus' : 'verse', name, lines: stanza, line: stanza[0]!.line, column: 1 };
  });
}
