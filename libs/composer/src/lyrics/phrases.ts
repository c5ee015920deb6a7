import { syllabify } from './syllables.ts';

/** A part of a lyric line that is sung in one breath. */
export interface Phrase {
  readonly text: string;
  readonly syllables: readonly string[];
  /** Where it starts in the text that was split, in UTF-16 units. */
  readonly offset: number;
}

const SENTENCE_END = /[。！？；!?;]+|\.+(?=\s|$|\p{Script=Han})/gu;
const SENTENCE_END_JOINED = /[。！？；!?;.]+/gu;
const CLAUSE_END = /[,，、]+|\s{2,}/gu;
const WORD = /\p{Script=Han}[，、,]?\s*|[^\s\p{Script=Han}]+\s*|\s+/gu;

/** Above this many syllables a sentence is split at its commas, where it has some. */
const COMFORTABLE_SYLLABLES = 15;
/** Above this many it is split between words: nobody sings more in one breath. */
const MOST_SYLLABLES = 24;

/**
 * Splits text into phrases: at sentence ends, then at commas where it is long, then between words. Text without anything
 * to sing gives none. `joined`: a point also ends a sentence without a space after it, as in the one-line form.
 */
export function splitPhrases(text: string, joined: boolean): Phrase[] {
  return cutAt(text, 0, joined ? SENTENCE_END_JOINED : SENTENCE_END).flatMap((sentence) => {
    if (sentence.syllables.length <= COMFORTABLE_SYLLABLES) return [sentence];
    return cutAt(sentence.text, sentence.offset, CLAUSE_END).flatMap((clause) =>
      clause.syllables.length <= MOST_SYLLABLES ? [clause] : cutBetweenWords(clause),
    );
  });
}

function cutAt(text: string, offset: number, separator: RegExp): Phrase[] {
  const phrases: Phrase[] = [];
  let start = 0;
  for (const match of text.matchAll(separator)) {
    phrases.push(phraseOf(text.slice(start, match.index), offset + start));
    start = match.index + match[0].length;
  }
  phrases.push(phraseOf(text.slice(start), offset + start));
  return phrases.filter((phrase) => phrase.syllables.length > 0);
}

function cutBetweenWords(clause: Phrase): Phrase[] {
  const phrases: Phrase[] = [];
  let start = 0;
  let count = 0;
  for (const match of clause.text.matchAll(WORD)) {
    const length = syllabify(match[0]).length;
    if (count > 0 && count + length > COMFORTABLE_SYLLABLES) {
      phrases.push(phraseOf(clause.text.slice(start, match.index), clause.offset + start));
      start = match.index;
      count = 0;
    }
    count += length;
  }
  phrases.push(phraseOf(clause.text.slice(start), clause.offset + start));
  return phrases;
}

function phraseOf(text: string, offset: number): Phrase {
  const trimmed = text.trim();
  return { text: trimmed, syllables: syllabify(trimmed), offset: offset + (text.length - text.trimStart().length) };
}
