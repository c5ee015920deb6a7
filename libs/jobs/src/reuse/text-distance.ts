/** Longer texts are only found when they are equal: comparing them would hold up the process. */
export const MAX_COMPARED_WORDS = 2000;

/**
 * The words of a text as they are compared: without case, marks and spaces, in the compatibility form of Unicode (NFKC). Where
 * words are written without spaces, each character is one.
 */
export function wordsOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}

const WORD = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}]|[\p{L}\p{N}\p{M}]+/gu;

/**
 * How far two texts are apart, 0 to 1: the share of words that would have to be added, left out or replaced, in the longer of
 * them (Levenshtein's distance over words, divided by their number).
 * @param most what is further apart is not of interest
 * @returns undefined when they are further apart than `most`
 */
export function textDistance(left: readonly string[], right: readonly string[], most: number): number | undefined {
  const longer = Math.max(left.length, right.length);
  if (longer === 0) return 0;
  if (longer > MAX_COMPARED_WORDS) return undefined;
  const limit = Math.floor(most * longer + 1e-9);
  // Words that the other lacks in any order need a step each: cheap, and most texts end here.
  if (longer - commonWords(left, right) > limit) return undefined;
  const steps = editSteps(left, right);
  return steps > limit ? undefined : steps / longer;
}

function commonWords(left: readonly string[], right: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of right) {
    const count = counts.get(word) ?? 0;
    if (count > 0) common++;
    counts.set(word, count - 1);
  }
  return common;
}

/** Source: Wagner and Fischer, "The string-to-string correction problem", JACM 1974; one row at a time. */
function editSteps(left: readonly string[], right: readonly string[]): number {
  let row = Uint32Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, word] of left.entries()) {
    const next = new Uint32Array(right.length + 1);
    next[0] = index + 1;
    for (let place = 0; place < right.length; place++) {
      const replaced = row[place]! + (word === right[place] ? 0 : 1);
      next[place + 1] = Math.min(replaced, row[place + 1]! + 1, next[place]! + 1);
    }
    row = next;
  }
  return row[right.length]!;
}
