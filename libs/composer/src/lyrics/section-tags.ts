/** What a section is for. */
export type SectionTag = 'intro' | 'verse' | 'pre-chorus' | 'chorus' | 'bridge' | 'inst' | 'outro';

/** How long a section without words shall be. */
export type SectionSize = 'short' | 'medium' | 'long';

const NAMES: Readonly<Record<SectionTag, readonly string[]>> = {
  intro: ['intro', 'opening', '前奏', '引子', '开头', '序曲'],
  verse: ['verse', '主歌', '正歌', '段落'],
  'pre-chorus': ['pre-chorus', 'pre chorus', 'prechorus', 'pre', '导歌', '预副歌', '前副歌'],
  chorus: ['chorus', 'post-chorus', 'post chorus', 'hook', 'refrain', 'drop', '副歌', '高潮'],
  bridge: ['bridge', 'middle eight', '桥段', '桥', '过渡'],
  inst: ['inst', 'instrumental', 'interlude', 'solo', 'break', '间奏', '独奏', '器乐', '纯音乐', 'silence'],
  outro: ['outro', 'ending', 'end', 'coda', '尾奏', '尾声', '结尾', '结束'],
};

const BY_LENGTH = (Object.entries(NAMES) as [SectionTag, readonly string[]][])
  .flatMap(([tag, names]) => names.map((name) => ({ tag, name })))
  .sort((a, b) => b.name.length - a.name.length);

/** The tags to name in an error text, English and Chinese. */
export const KNOWN_TAGS_TEXT = (Object.entries(NAMES) as [SectionTag, readonly string[]][])
  .map(([tag, names]) => `[${tag}] ${names.find((name) => /\p{Script=Han}/u.test(name)) ?? ''}`.trim())
  .join(', ');

/** What stands between the brackets: `verse 2`, `主歌二`, `intro-short`, `Guitar Solo`. Undefined when it is no known tag. */
export function readSectionTag(label: string): { tag: SectionTag; size?: SectionSize; silent: boolean } | undefined {
  const text = label
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, ' ');
  const found =
    BY_LENGTH.find(({ name }) => text.startsWith(name) && endsAName(text.slice(name.length))) ??
    BY_LENGTH.find(({ name }) => text.endsWith(` ${name}`));
  if (!found) return undefined;
  const size = readSize(text);
  return { tag: found.tag, ...(size && { size }), silent: found.name === 'silence' };
}

/** True where a name ends: nothing follows, or a number, a letter that counts (`verse a`), or punctuation. */
function endsAName(rest: string): boolean {
  return /^(?:$|[^\p{L}]|[一二三四五六七八九十短中长])/u.test(rest);
}

function readSize(text: string): SectionSize | undefined {
  if (/short|短/.test(text)) return 'short';
  if (/long|长/.test(text)) return 'long';
  return /medium|中/.test(text) ? 'medium' : undefined;
}

/** The sections that people sing. */
export function needsWords(tag: SectionTag): boolean {
  return tag === 'verse' || tag === 'pre-chorus' || tag === 'chorus' || tag === 'bridge';
}
