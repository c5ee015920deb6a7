/** Height beside a grown-up person, to the top of the head; small animals are drawn larger than life, or nobody would see them. */
const SPECIES: readonly (readonly [number, RegExp])[] = [
  [1.3, /\b(?:elephant|giraffe)s?\b|大象|长颈鹿/iu],
  [1.12, /\b(?:horse|pony|camel|bear|unicorn)\b|骏马|白马|黑马|小马|马儿|骆驼|(?<!小)熊|独角兽/iu],
  [0.85, /\b(?:cow|bull|ox|deer|stag|lion|tiger|donkey)\b|牛|鹿|狮|老虎|驴/iu],
  [0.55, /\b(?:dog|wolf|goat|sheep|pig|hound)\b|狗|犬|狼|羊|猪/iu],
  [0.42, /\b(?:fox|puppy)\b|狐|幼犬/iu],
  [0.3, /\b(?:bird|parrot|crow|owl|pigeon|mouse|squirrel|hamster)\b|鸟|鹦鹉|乌鸦|猫头鹰|鸽|鼠/iu],
  [0.36, /\b(?:cat|kitten|rabbit|hare|monkey|hen|duck|goose)\b|猫|兔|猴|鸡|鸭|鹅/iu],
  [0.66, /\b(?:child|kid|toddler|baby)\b|小孩|孩子|儿童|幼儿|宝宝/iu],
];

// "their dog Dou", "Dou the dog", "a cat called Mimi", 小狗豆豆, 豆豆这只狗.
const BEFORE = /([\p{L}]+)(?: (?:called|named))?[ ,]*$/u;
const AFTER = /^[ ,]*(?:(?:the|a|is an?|is the)[ ]+|是?[一这那]?[只匹条头])([\p{L}]+)/u;

/**
 * How tall a figure is beside a grown-up person, from a word for an animal or a child in its name, or in the prompt right
 * beside its name; nothing without one. The outline alone cannot tell a horse from a dog.
 */
export function heightBySpecies(name: string, prompt: string): number | undefined {
  return heightOf(name) ?? heightBesideName(name.trim(), prompt);
}

function heightBesideName(name: string, prompt: string): number | undefined {
  const at = name ? prompt.toLowerCase().indexOf(name.toLowerCase()) : -1;
  if (at < 0) return undefined;
  const before = BEFORE.exec(prompt.slice(0, at))?.[1];
  const after = AFTER.exec(prompt.slice(at + name.length))?.[1];
  // Chinese runs words together: only the last two characters before the name, and the first two after it, are beside it.
  const [last, first] = [chinese(before) ? before!.slice(-2) : before, chinese(after) ? after!.slice(0, 2) : after];
  return (last ? heightOf(last) : undefined) ?? (first ? heightOf(first) : undefined);
}

function chinese(word: string | undefined): boolean {
  return word !== undefined && /\p{Script=Han}/u.test(word);
}

function heightOf(text: string): number | undefined {
  return SPECIES.find(([, words]) => words.test(text))?.[0];
}
