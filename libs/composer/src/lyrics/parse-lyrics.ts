import { invalidField } from '@framesong/errors';
import { isLrc, readLrc, type SourceLine } from './lrc-input.ts';
import { createLyricFaults, type LyricFaults } from './lyric-faults.ts';
import { nameStanzas } from './stanzas.ts';
import { splitPhrases } from './phrases.ts';
import { KNOWN_TAGS_TEXT, needsWords, readSectionTag, type SectionSize, type SectionTag } from './section-tags.ts';

/** The longest text in bytes of UTF-8: 64 KiB. */
export const LYRICS_MAX_BYTES = 64 * 1024;

/** One line to sing. `line` and `column` count from 1; a column is a Unicode code point. */
export interface LyricLine {
  readonly text: string;
  readonly syllables: readonly string[];
  readonly line: number;
  readonly column: number;
}

/** One section. `name` is the tag as it was written; `size` only where the tag names one, as `intro-short` does. */
export interface LyricSection {
  readonly tag: SectionTag;
  readonly name: string;
  readonly size?: SectionSize;
  readonly lines: readonly LyricLine[];
}

/** What {@link parseLyrics} found. Warnings name the line. */
export interface ParsedLyrics {
  readonly sections: readonly LyricSection[];
  readonly warnings: readonly string[];
}

/** A section while it is read. */
export interface OpenSection {
  tag: SectionTag;
  name: string;
  size?: SectionSize;
  lines: LyricLine[];
  line: number;
  column: number;
}

const TAG_OR_OPEN = /\[([^[\]【】\n]*)\]|【([^[\]【】\n]*)】|[[【]/gu;

/**
 * Reads lyrics in one of four forms: tagged sections (`[verse]`, `[主歌 2]`), the one-line form
 * (`[intro-short] ; [verse] line.line ; [chorus] line.line`), an LRC file, or stanzas without tags, parted by empty lines.
 *
 * @throws FramesongError INVALID_ARGUMENT with one violation per fault of the field: place, limit, and what to do.
 */
export function parseLyrics(text: string, options: { readonly field?: string } = {}): ParsedLyrics {
  const field = options.field ?? 'lyrics';
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > LYRICS_MAX_BYTES) {
    throw invalidField(
      field,
      `must be at most ${LYRICS_MAX_BYTES} bytes of UTF-8 (64 KiB), is ${sizeBytes}; shorten it`,
    );
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const faults = createLyricFaults(field);
  const warnings: string[] = [];
  lines.forEach((line, index) => checkCharacters(line, index + 1, faults));
  const source = isLrc(lines)
    ? readLrc(lines, faults)
    : lines.map((line, index) => ({ text: line, line: index + 1, column: 1 }));
  const tagged = source.some((line) => /[[【]/.test(line.text));
  const sections = tagged ? readTagged(source, faults, warnings) : nameStanzas(source, readSourceLine);
  for (const section of sections) {
    if (!needsWords(section.tag) || section.lines.length > 0) continue;
    const advice = 'write a line under it, or use [inst] for a section without words';
    faults.add(section.line, section.column, `[${section.name}] has nothing to sing; ${advice}`);
  }
  if (faults.count === 0 && !sections.some((section) => section.lines.length > 0)) {
    faults.add(1, 1, 'there is nothing to sing; write lyrics, or ask for an instrumental and leave the lyrics out');
  }
  if (faults.count > 0) throw faults.toError();
  return {
    sections: sections.map(({ tag, name, size, lines }) => ({ tag, name, ...(size && { size }), lines })),
    warnings,
  };
}

/** Faults for characters that no lyrics have: control characters and halves of surrogate pairs. */
export function checkCharacters(line: string, number: number, faults: LyricFaults): void {
  let column = 0;
  for (const character of line) {
    column++;
    const codePoint = character.codePointAt(0)!;
    const control = (codePoint < 0x20 && character !== '\t') || (codePoint >= 0x7f && codePoint < 0xa0);
    if (!control && !/\p{Surrogate}/u.test(character)) continue;
    const name = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
    faults.add(
      number,
      column,
      `${control ? 'control character' : 'broken character'} ${name} is not allowed; delete it`,
    );
  }
}

function readTagged(lines: readonly SourceLine[], faults: LyricFaults, warnings: string[]): OpenSection[] {
  const sections: OpenSection[] = [];
  const joined = lines.some((line) => /;\s*\[/.test(line.text));
  lines.forEach((source) => {
    const { text: line, line: number } = source;
    let from = 0;
    const sing = (until: number): void => {
      const sung = readSourceLine({ ...source, text: line.slice(0, until) }, from, joined);
      if (sung.length === 0) return;
      if (sections.length === 0) {
        warnings.push(`line ${number}: words before the first tag are taken as a verse`);
        sections.push({ tag: 'verse', name: 'verse', lines: [], line: number, column: 1 });
      }
      sections.at(-1)!.lines.push(...sung);
    };
    for (const match of line.matchAll(TAG_OR_OPEN)) {
      sing(match.index);
      from = match.index + match[0].length;
      sections.push(openSection(match, source, faults, warnings));
    }
    sing(line.length);
  });
  return sections;
}

/** A faulty tag still opens a section, so that its words do not count for the section before it. */
function openSection(match: RegExpExecArray, source: SourceLine, faults: LyricFaults, warnings: string[]): OpenSection {
  const number = source.line;
  const column = columnOf(source.text, match.index) + source.column - 1;
  const name = (match[1] ?? match[2])?.trim();
  const tag = name === undefined ? undefined : readSectionTag(name);
  if (name === undefined) {
    faults.add(number, column, `${match[0]} opens a tag that is not closed on this line; write it as [verse]`);
  } else if (!tag) {
    faults.add(number, column, `[${shorten(name)}] is not a known tag; use one of ${KNOWN_TAGS_TEXT}`);
  }
  if (tag?.silent) warnings.push(`line ${number}: [${name}] is played as a short break`);
  const size = tag?.silent ? 'short' : tag?.size;
  return { tag: tag?.tag ?? 'inst', name: name ?? '', ...(size && { size }), lines: [], line: number, column };
}

/** The phrases of a line from the offset `from` on. */
export function readLine(line: string, number: number, from = 0, joined = false): LyricLine[] {
  return splitPhrases(line.slice(from), joined).map(({ text, syllables, offset }) => ({
    text,
    syllables,
    line: number,
    column: columnOf(line, from + offset),
  }));
}

function readSourceLine({ text, line, column }: SourceLine, from = 0, joined = false): LyricLine[] {
  return readLine(text, line, from, joined).map((read) => ({ ...read, column: read.column + column - 1 }));
}

function columnOf(line: string, offset: number): number {
  return Array.from(line.slice(0, offset)).length + 1;
}

function shorten(name: string): string {
  const characters = Array.from(name);
  return characters.length > 40 ? `${characters.slice(0, 40).join('')}…` : name;
}
