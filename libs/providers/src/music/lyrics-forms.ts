import type { MusicSection } from './music-engine.ts';

/** Sections that SongGeneration sings; it takes no words in others. */
const SUNG_BY_SONG_GENERATION = ['verse', 'chorus', 'bridge'];
/** Up to how many seconds a section without words is short; the longer ones are medium. */
const SHORT_SECONDS = 10;

const ACE_STEP_TAGS: Readonly<Record<string, string>> = {
  intro: 'Intro',
  verse: 'Verse',
  'pre-chorus': 'Pre-Chorus',
  chorus: 'Chorus',
  bridge: 'Bridge',
  inst: 'Instrumental',
  outro: 'Outro',
};

/**
 * The one line that SongGeneration reads: `[intro-short] ; [verse] Line. Line. ; [chorus] 一行.一行` (README of
 * tencent-ailab/SongGeneration, "Lyrics Input Format"). The last line of a section ends with a point, but not in Chinese.
 * Points and semicolons inside lines, which would end them, become spaces.
 */
export function songGenerationLyrics(sections: readonly MusicSection[]): string {
  return sections
    .map((section) => {
      const lines = section.lines.map(withoutMarks).filter((line) => line !== '');
      if (lines.length === 0) return `[${wordlessTag(section)}]`;
      const isChinese = lines.some((line) => /\p{Script=Han}/u.test(line));
      return `[${sungTag(section)}] ${isChinese ? lines.join('.') : `${lines.join('. ')}.`}`;
    })
    .join(' ; ');
}

/** The paragraphs that the HTTP wrapper around SongGeneration reads: the tag on the first line, an empty line between two. */
export function songGenerationParagraphs(sections: readonly MusicSection[]): string {
  return sections
    .map((section) => {
      const lines = section.lines.map(withoutMarks).filter((line) => line !== '');
      return [lines.length > 0 ? `[${sungTag(section)}]` : `[${wordlessTag(section)}]`, ...lines].join('\n');
    })
    .join('\n\n');
}

/** The list that SongGeneration Studio reads; it takes marks out of lines itself. */
export function songGenerationSections(
  sections: readonly MusicSection[],
): { readonly type: string; readonly lyrics?: string }[] {
  return sections.map((section) => {
    const lines = section.lines.map(withoutMarks).filter((line) => line !== '');
    return lines.length > 0 ? { type: sungTag(section), lyrics: lines.join('\n') } : { type: wordlessTag(section) };
  });
}

/** What ACE-Step 1.5 reads: `[Verse]` on a line of its own, the lines, and an empty line between two sections. */
export function aceStepLyrics(sections: readonly MusicSection[]): string {
  return sections
    .map(({ tag, lines }) => [`[${ACE_STEP_TAGS[tag] ?? 'Verse'}]`, ...lines.map(withoutBrackets)].join('\n'))
    .join('\n\n');
}

function sungTag({ tag }: MusicSection): string {
  return SUNG_BY_SONG_GENERATION.includes(tag) ? tag : 'verse';
}

function wordlessTag({ tag, durationSeconds }: MusicSection): string {
  const base = tag === 'intro' || tag === 'outro' ? tag : 'inst';
  return `${base}-${durationSeconds <= SHORT_SECONDS ? 'short' : 'medium'}`;
}

function withoutMarks(line: string): string {
  return withoutBrackets(line).replaceAll(/[.;]+/g, ' ').replaceAll(/\s+/g, ' ').trim();
}

function withoutBrackets(line: string): string {
  return line.replaceAll(/[[\]]+/g, ' ').trim();
}
