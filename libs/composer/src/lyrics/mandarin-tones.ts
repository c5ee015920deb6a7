import { pinyin } from 'pinyin-pro';

/**
 * The tone of every Chinese character of a line in order of appearance: 1 to 4, 0 for the neutral tone. Characters with
 * several readings are read in their context. Empty for a line with kana: its characters are Japanese.
 */
export function mandarinTones(line: string): number[] {
  if (!/\p{Script=Han}/u.test(line) || /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(line)) return [];
  return pinyin(line.normalize('NFC'), { type: 'all' })
    .filter((character) => /\p{Script=Han}/u.test(character.origin))
    .map((character) => character.num);
}
