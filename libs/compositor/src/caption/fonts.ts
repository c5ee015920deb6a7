import { readFile } from 'node:fs/promises';
import { readFont, type Font, type Glyph } from './font-file.ts';

// Noto Sans SC 500 by Google and Adobe, SIL Open Font License 1.1, as packed by Fontsource 5.3.0: Latin, then Chinese.
const FILES = ['noto-sans-sc-latin.woff', 'noto-sans-sc-chinese.woff'];
const MISSING: Glyph = { path: 'M80 -780H780V60H80ZM140 -720V0H720V-720Z', advance: 860 };

/** Glyphs of 1000 units per em, whatever machine this is: the system's own fonts are never asked. */
export interface Typeface {
  /** That of the character; an empty box where no font has it. */
  glyph(character: string): Glyph;
}

let typeface: Promise<Typeface> | undefined;

/** The typeface of captions, read once per process: 8,400 characters of Chinese and English. */
export function loadTypeface(): Promise<Typeface> {
  typeface ??= readTypeface();
  // A failed read is not kept: the files may be there the next time.
  typeface.catch(() => (typeface = undefined));
  return typeface;
}

async function readTypeface(): Promise<Typeface> {
  const folder = new URL('./fonts/', import.meta.url);
  const fonts: Font[] = [];
  for (const file of FILES) fonts.push(readFont(await readFile(new URL(file, folder))));
  const glyphs = new Map<string, Glyph>();
  return {
    glyph(character) {
      const known = glyphs.get(character);
      if (known) return known;
      let glyph: Glyph | undefined;
      for (const font of fonts) glyph ??= font.glyph(character.codePointAt(0)!);
      glyphs.set(character, glyph ?? MISSING);
      return glyph ?? MISSING;
    },
  };
}
