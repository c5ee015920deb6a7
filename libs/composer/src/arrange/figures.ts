import * as bass from './bass-figures.ts';
import * as keyboard from './keyboard-figures.ts';
import * as strings from './string-figures.ts';

/** Every accompaniment figure by its name. */
export const FIGURES = { ...bass, ...keyboard, ...strings };

/** Name of an accompaniment figure. */
export type FigureName = keyof typeof FIGURES;

const BASS_NAMES: ReadonlySet<string> = new Set(Object.keys(bass));

/** True for figures that play the root alone. */
export function isBassFigure(name: FigureName): boolean {
  return BASS_NAMES.has(name);
}
