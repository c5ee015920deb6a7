import { checkFields } from '../requests/check-fields.ts';
import { jsonFields } from '../requests/read-fields.ts';
import { refused } from '../requests/request-refused.ts';

/** What `GET /supported_genres` tells. */
export const GENRES = [
  'Pop', 'R&B', 'Dance', 'Jazz', 'Folk', 'Rock', 'Chinese Style', 'Chinese Tradition', 'Metal', 'Reggae', 'Chinese Opera', 'Auto',
]; // prettier-ignore

/** Sections that are sung, and those without words, which the wrapper makes short by itself. */
const SUNG = /^\[(?:verse|chorus|bridge)\]$/;
const WORDLESS = /^\[(?:intro|inst|outro)(?:-(?:short|medium|long))?\]$/;

/** A song as the wrapper understands it. */
export interface WantedSong {
  readonly lyrics: string;
  readonly description: string;
  readonly genre: string | undefined;
  readonly paragraphs: number;
}

/** Reads the body of `POST /generate`. @throws RequestRefused 422 for what has the wrong form, 400 for lyrics that cannot be sung */
export function readSong(bytes: Buffer, headers: Readonly<Record<string, string>>): WantedSong {
  const fields = jsonFields(bytes, headers);
  try {
    checkFields(fields, {
      lyrics: { type: 'string', required: true },
      description: { type: 'string' },
      genre: { type: 'string' },
      cfg_coef: { type: 'number' },
      temperature: { type: 'number' },
      top_k: { type: 'integer' },
    });
  } catch (thrown) {
    throw refused(422, 'value_error', (thrown as Error).message);
  }
  const lyrics = fields['lyrics'] as string;
  const genre = fields['genre'] as string | undefined;
  if (genre !== undefined && !GENRES.includes(genre)) throw refused(400, 'BAD', `不支持的音乐类型: ${genre}`);
  const paragraphs = lyrics.split(/\n\s*\n/).filter((text) => text.trim() !== '');
  if (paragraphs.length === 0) throw refused(400, 'BAD', '歌词不能为空');
  let isSung = false;
  for (const paragraph of paragraphs) {
    const [tag = '', ...lines] = paragraph.trim().split('\n');
    const name = tag.trim().toLowerCase();
    if (!SUNG.test(name) && !WORDLESS.test(name)) throw refused(400, 'BAD', '段落必须以结构标签开始');
    if (SUNG.test(name) && lines.every((line) => line.trim() === '')) throw refused(400, 'BAD', '以下段落需要歌词');
    if (WORDLESS.test(name) && lines.length > 0) throw refused(400, 'BAD', '以下段落不应包含歌词');
    isSung ||= SUNG.test(name);
  }
  if (!isSung) throw refused(400, 'BAD', '歌词必须包含至少一个人声段落');
  return { lyrics, description: (fields['description'] as string | undefined) ?? '', genre, paragraphs: paragraphs.length }; // prettier-ignore
}
