import { splitWord } from './word-syllables.ts';

const BLOCK = /[\p{Script=Han}\p{Script=Hangul}]/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}ー]/u;
const KANA_JOINED_TO_THE_LAST = /[ゃゅょャュョぁぃぅぇぉァィゥェォゎヮっッー]/u;
const WORD_PART = /[\p{L}\p{M}'’]/u;

/**
 * The syllables of a line, in order. One Chinese character, one Hangul block and one kana (with its small kana) is one
 * syllable; words of alphabets are split by rule; a digit is one. Punctuation gives none.
 */
export function syllabify(text: string): string[] {
  const syllables: string[] = [];
  let word = '';
  const endWord = (): void => {
    if (/\p{L}/u.test(word)) syllables.push(...splitWord(word));
    word = '';
  };
  for (const character of text.normalize('NFC')) {
    if (BLOCK.test(character)) {
      endWord();
      syllables.push(character);
    } else if (KANA.test(character)) {
      endWord();
      const last = syllables.at(-1);
      if (KANA_JOINED_TO_THE_LAST.test(character) && last !== undefined)
        syllables[syllables.length - 1] = last + character;
      else syllables.push(character);
    } else if (WORD_PART.test(character)) {
      word += character;
    } else {
      endWord();
      if (/\p{Nd}/u.test(character)) syllables.push(character);
    }
  }
  endWord();
  return syllables;
}
