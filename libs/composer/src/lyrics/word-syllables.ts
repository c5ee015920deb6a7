const VOWELS = new Set('aeiouyæøœаеёиоуыэюяіїєαεηιουω');
const ALPHABETS_WITH_VOWELS = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u;

/**
 * Splits a word into syllables by its vowel groups, with the commonest silent endings of English. Scripts whose vowels are
 * not written out count one syllable for every two characters. It is a rule of thumb: about one English word in ten is off
 * by one, which costs a note and never a word.
 */
export function splitWord(word: string): string[] {
  const letters = Array.from(word);
  if (!ALPHABETS_WITH_VOWELS.test(word)) return splitEvenly(letters, Math.ceil(letters.length / 2));
  const plain = letters.map((letter) => letter.toLowerCase().normalize('NFD').charAt(0));
  const nuclei = vowelGroups(plain);
  if (nuclei.length > 1 && endsSilently(plain.join('').replace(/['’]/g, ''))) nuclei.pop();
  if (nuclei.length < 2) return [word];
  const cuts = nuclei.slice(1).map((start, index) => cutBefore(plain, nuclei[index]!, start));
  return [0, ...cuts].map((cut, index) => letters.slice(cut, cuts[index] ?? letters.length).join(''));
}

/** Where each group of vowels starts. Some pairs are two syllables: `ra-di-o`, `i-de-a`. */
function vowelGroups(letters: readonly string[]): number[] {
  return letters.flatMap((_, index) => {
    if (!isVowel(letters, index)) return [];
    return index === 0 || !isVowel(letters, index - 1) || partsPair(letters, index) ? [index] : [];
  });
}

/** A `y` before a vowel is a consonant: `lay-er`. */
function isVowel(letters: readonly string[], index: number): boolean {
  if (letters[index] === 'y' && VOWELS.has(letters[index + 1] ?? '')) return false;
  return VOWELS.has(letters[index]!);
}

function partsPair(letters: readonly string[], index: number): boolean {
  // Not after t, c, s, g, q: `-tion`, `-cial`, `-sion`, `-gion`, `quo` are one syllable.
  const pair = `${letters[index - 1] ?? ''}${letters[index] ?? ''}`;
  return /^(?:ia|io|eo|ua)$/.test(pair) && index > 2 && !/[tcsgq]/.test(letters[index - 2] ?? '');
}

function endsSilently(word: string): boolean {
  if (/[^aeiouy]le$/.test(word)) return false;
  return /[^aeiouy]e$/.test(word) || /[^aeiouydt]ed$/.test(word) || /[^aeiouycgsxzh]es$/.test(word);
}

/** One consonant goes with the vowel after it; of several the first stays: `ri-ver`, `win-ter`. */
function cutBefore(letters: readonly string[], from: number, nextVowel: number): number {
  let lastVowel = nextVowel - 1;
  while (lastVowel > from && !isVowel(letters, lastVowel)) lastVowel--;
  const consonants = nextVowel - lastVowel - 1;
  return consonants <= 1 ? nextVowel - consonants : lastVowel + 2;
}

function splitEvenly(letters: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    letters
      .slice(Math.round((index * letters.length) / count), Math.round(((index + 1) * letters.length) / count))
      .join(''),
  );
}
