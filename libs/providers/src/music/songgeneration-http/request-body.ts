import { songGenerationParagraphs } from '../lyrics-forms.ts';
import type { MusicRequest } from '../music-engine.ts';

/** What `POST /generate` takes. */
export interface GenerateBody {
  readonly lyrics: string;
  readonly description: string;
  /** One of `GET /supported_genres`. */
  readonly genre?: string;
}

/**
 * The whole song as the wrapper reads it: paragraphs parted by an empty line, the tag on the first line of each. Speed and
 * key go into the description, in the words that SongGeneration's README uses.
 * @param genres that the wrapper knows; the first one that the style names is asked for. Without one the words alone count:
 *   `Auto` would lay a style that is drawn by lot over them.
 */
export function generateBody({ sections, style, bpm, key }: MusicRequest, genres: readonly string[]): GenerateBody {
  const genre = genres.find((name) => name !== 'Auto' && namesIt(style, name));
  return {
    lyrics: songGenerationParagraphs(sections),
    description: [style, key, `the bpm is ${Math.round(bpm)}`].filter((words) => words !== '').join(', '),
    ...(genre !== undefined && { genre }),
  };
}

/** As words of their own: `pop` is not in `popular`. */
function namesIt(style: string, genre: string): boolean {
  const spaced = (text: string): string => ` ${text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()} `; // prettier-ignore
  return spaced(style).includes(spaced(genre));
}
