import { SHOT_WORDS } from '../staging/shot.ts';
import { LOOK_WORDS, type LookName } from './look-words.ts';

/** What a prompt means to this engine. */
export interface PromptReading {
  /** In the order in which they are applied. */
  readonly looks: readonly LookName[];
  /** The prompt without what it negates: what chooses the shot. */
  readonly asked: string;
  /** Words that change nothing here, each once, in the order of the prompt. */
  readonly ignoredWords: readonly string[];
}

interface Hit {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const NEGATION = /(?:\b(?:no|not|without|never|non)[\s-]+(?:any |a |the )?|没有|不要|不是|无|没|不)$/iu;
// Words that carry no wish of their own, and words for the frame itself.
const FILLER = new Set(
  `a an the and or of in on at by to for with from into over under as is are be it its this that their his her he she
   they two three four five six one very storyboard frame scene shot image picture photo first film movie cinematic style
   的 了 在 和 与 是 着 地 得 有 上 下 里 中 个 位 一 一个 两 两个 三 三个 他 她 它 他们 她们 风格 画面 镜头 场景 分镜 首帧 第一`.split(
    /\s+/u,
  ),
);

/**
 * Reads looks and ignored words from the prompt and the style; a look that is negated ("no rain", 不要下雨) or named in the
 * negative prompt is left out. The names of the characters count as understood: they are staged.
 */
export function readPrompt(
  prompt: string,
  style: string,
  negativePrompt: string,
  characterNames: readonly string[],
): PromptReading {
  const text = `${prompt}\n${style}`;
  const unwanted = new Set(hitsOf(negativePrompt).map((hit) => hit.name));
  const hits = hitsOf(text);
  const wanted = hits.filter((hit) => !isNegated(text, hit) && !unwanted.has(hit.name));
  const looks = oneOfEachFamily(wanted);
  const shots = shotHits(text);
  const understood = [
    // A look that lost to another of its family did nothing.
    ...hits.filter((hit) => !wanted.includes(hit) || looks.has(hit.name)),
    ...shots,
    ...nameHits(text, characterNames),
  ];
  const negated = shots.filter((hit) => isNegated(text, hit));
  return {
    looks: LOOK_WORDS.map((look) => look.name).filter((name) => looks.has(name)),
    asked: negated.reduce(
      (left, { start, end }) => left.slice(0, start) + ' '.repeat(end - start) + left.slice(end),
      text,
    ),
    ignoredWords: wordsOutside(text, understood),
  };
}

function hitsOf(text: string): Hit[] {
  return LOOK_WORDS.flatMap(({ name, words }) => matches(text, words, name)).sort((p, q) => p.start - q.start);
}

function shotHits(text: string): Hit[] {
  return SHOT_WORDS.flatMap(([shot, words]) => matches(text, words, shot));
}

function matches(text: string, words: RegExp, name: string): Hit[] {
  return [...text.matchAll(words)].map((match) => ({ name, start: match.index, end: match.index + match[0].length }));
}

function nameHits(text: string, names: readonly string[]): Hit[] {
  const lower = text.toLowerCase();
  return names.flatMap((name) => {
    const hits: Hit[] = [];
    const wanted = name.trim().toLowerCase();
    for (let at = wanted ? lower.indexOf(wanted) : -1; at >= 0; at = lower.indexOf(wanted, at + wanted.length))
      hits.push({ name, start: at, end: at + wanted.length });
    return hits;
  });
}

function isNegated(text: string, hit: Hit): boolean {
  // 下雨 is one verb: the negation stands before it.
  return NEGATION.test(text.slice(0, hit.start).replace(/下$/u, ''));
}

function oneOfEachFamily(hits: readonly Hit[]): Set<string> {
  const chosen = new Map<string, string>();
  for (const { name } of hits) {
    const family = LOOK_WORDS.find((look) => look.name === name)!.family;
    if (!chosen.has(family)) chosen.set(family, name);
  }
  return new Set(chosen.values());
}

function wordsOutside(text: string, understood: readonly Hit[]): string[] {
  const ignored = new Set<string>();
  for (const { segment, index, isWordLike } of new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)) {
    const end = index + segment.length;
    const known = understood.some((hit) => hit.start < end && index < hit.end);
    const word = segment.toLowerCase();
    if (isWordLike && !known && !FILLER.has(word) && !/^\d+$/u.test(word)) ignored.add(word);
  }
  return [...ignored];
}
