import type { ReferenceRole } from './image-model.ts';

/** A picture as the prompt speaks of it. */
export interface NamedPicture {
  readonly role: ReferenceRole | 'collage';
  /** Of a character, or of all characters in a collage, row by row from the left. */
  readonly names: readonly string[];
}

/** How a provider's models are told of pictures and wishes. */
export interface PromptStyle {
  /** What the n-th picture is called, from 1. Default `Image 1`, `图1`. */
  readonly pictureName?: (number: number, language: PromptLanguage) => string;
}

/** The language that a prompt is written in, by its letters. */
export type PromptLanguage = 'en' | 'zh';

const HAN = /\p{Script=Han}/gu;
const HAN_SHARE = 0.2;

/** Chinese where Chinese characters make up a good part: the words about references then follow in Chinese. */
export function languageOf(prompt: string): PromptLanguage {
  const han = prompt.match(HAN)?.length ?? 0;
  return han > HAN_SHARE * prompt.length ? 'zh' : 'en';
}

/**
 * The whole text for the model: what each picture is, in the order in which they are sent, then what is wanted. Models match
 * pictures by their number, so a name is never used without it.
 */
export function promptText(
  wish: { readonly prompt: string; readonly style?: string | undefined; readonly avoid?: string | undefined },
  pictures: readonly NamedPicture[],
  { pictureName = defaultName }: PromptStyle = {},
): string {
  const language = languageOf(wish.prompt);
  const words = WORDS[language];
  const told = pictures.map((picture, index) => words[picture.role](pictureName(index + 1, language), picture.names));
  return [
    ...told,
    wish.prompt,
    ...(wish.style ? [words.style(wish.style)] : []),
    ...(wish.avoid ? [words.avoid(wish.avoid)] : []),
  ].join('\n');
}

function defaultName(number: number, language: PromptLanguage): string {
  return language === 'zh' ? `图${number}` : `Image ${number}`;
}

const WORDS = {
  en: {
    scene: (picture: string) => `${picture} is the scene: keep its place, light and perspective.`,
    character: (picture: string, [name = '']: readonly string[]) =>
      `${picture} is ${name}: keep the face, hair and clothes of ${name}.`,
    collage: (picture: string, names: readonly string[]) =>
      `${picture} shows ${names.length} characters, each with its name below, row by row from the left: ${names.join(', ')}. Keep the face, hair and clothes of each; do not copy the names or the grid.`,
    draft: (picture: string) => `${picture} is a draft of the wanted picture: keep its composition and add detail.`,
    style: (style: string) => `Style: ${style}`,
    avoid: (avoid: string) => `Avoid: ${avoid}`,
  },
  zh: {
    scene: (picture: string) => `${picture}是场景：保持其地点、光线和透视。`,
    character: (picture: string, [name = '']: readonly string[]) =>
      `${picture}是${name}：保持${name}的面部、发型和服装不变。`,
    collage: (picture: string, names: readonly string[]) =>
      `${picture}展示${names.length}个角色，名字写在各自下方，按从左到右、从上到下依次为：${names.join('、')}。保持每个角色的面部、发型和服装不变，不要画出名字和格子。`,
    draft: (picture: string) => `${picture}是所需画面的草稿：保持其构图并增加细节。`,
    style: (style: string) => `风格：${style}`,
    avoid: (avoid: string) => `避免：${avoid}`,
  },
} as const satisfies Record<
  PromptLanguage,
  Record<ReferenceRole | 'collage', (picture: string, names: readonly string[]) => string> & {
    style: (style: string) => string;
    avoid: (avoid: string) => string;
  }
>;
