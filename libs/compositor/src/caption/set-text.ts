import type { Typeface } from './fonts.ts';

// Chinese typesetting (GB/T 15834): these never start a line, and those never end one.
const NOT_FIRST = /^[，。、；：？！…—）》」』”’,.;:?!)\]}%]/u;
const NOT_LAST = /[（《「『“‘([{]$/u;
const HAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;

/** Width of a text in em. */
export function textWidth(text: string, typeface: Typeface): number {
  let units = 0;
  for (const character of text) units += typeface.glyph(character).advance;
  return units / 1000;
}

/**
 * Breaks a text into lines of at most `widthEm`: between words of English, between any two characters of Chinese save
 * before and after their marks. What does not fit into `mostLines` ends with an ellipsis.
 * The lines are of about equal length: no last line of one word.
 */
export function brokenLines(text: string, typeface: Typeface, widthEm: number, mostLines: number): string[] {
  const pieces = piecesOf(text, typeface, widthEm);
  const lines = filledLines(pieces, typeface, widthEm);
  if (lines.length <= mostLines) return evened(lines, pieces, typeface, widthEm);
  const last = Array.from(lines[mostLines - 1]!);
  while (last.length > 0 && textWidth(`${last.join('')}…`, typeface) > widthEm) last.pop();
  return [...lines.slice(0, mostLines - 1), `${last.join('').trimEnd()}…`];
}

// The narrowest lines that are no more lines.
function evened(lines: readonly string[], pieces: readonly string[], typeface: Typeface, widthEm: number): string[] {
  let best = [...lines];
  for (let width = widthEm - 1; width > widthEm / 2; width--) {
    const narrower = filledLines(pieces, typeface, width);
    if (narrower.length > lines.length || narrower.some((line) => textWidth(line, typeface) > width)) break;
    best = narrower;
  }
  return best;
}

function filledLines(pieces: readonly string[], typeface: Typeface, widthEm: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line && textWidth((line + piece).trimEnd(), typeface) > widthEm) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  if (line.trim()) lines.push(line.trimEnd());
  return lines;
}

// What must stay together: a word with the space behind it, a Chinese character with the marks around it.
function piecesOf(text: string, typeface: Typeface, widthEm: number): string[] {
  const pieces: string[] = [];
  for (const character of text.trim().replace(/\s+/gu, ' ')) {
    const previous = pieces.at(-1);
    const joins =
      previous !== undefined &&
      (NOT_FIRST.test(character) ||
        NOT_LAST.test(previous) ||
        (character === ' ' && !previous.endsWith(' ')) ||
        (!HAN.test(character) && !HAN.test(previous.at(-1)!) && !previous.endsWith(' ')));
    // A word longer than a line is broken anywhere.
    if (joins && textWidth(previous + character, typeface) <= widthEm) pieces[pieces.length - 1] = previous + character;
    else pieces.push(character);
  }
  return pieces;
}
