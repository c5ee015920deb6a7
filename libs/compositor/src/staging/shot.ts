/** How near the camera stands. */
export type Shot = 'close' | 'medium' | 'full' | 'wide';

/** Which words ask for which shot; `wide` is tried before `full`, so that its longer words win. */
export const SHOT_WORDS: readonly (readonly [Shot, RegExp])[] = [
  ['close', /\bclose[- ]?ups?\b|特写|近景/giu],
  ['wide', /\b(?:wide|long|establishing)[- ]?(?:shots?|angle|view)\b|大全景|远景/giu],
  ['full', /\bfull[- ]?(?:body|length|shots?)\b|全景|全身/giu],
  ['medium', /\bmedium[- ]?(?:close[- ]?ups?|shots?)?\b|\b(?:waist|half)[- ](?:up|length|body)\b|中景|半身/giu],
];

/**
 * The shot for a prompt. Without a word for it a full shot; but a bust cannot stand on the ground, so busts make a
 * medium shot of it: one of up to three figures, or half of more.
 */
export function chooseShot(prompt: string, manyBusts: boolean): Shot {
  const asked = SHOT_WORDS.find(([, words]) => prompt.search(words) >= 0)?.[0];
  if (asked === 'close' || asked === 'medium') return asked;
  if (manyBusts) return 'medium';
  return asked ?? 'full';
}

const CLOSE_HEADS = [0.42, 0.42, 0.34, 0.26];
const MEDIUM_HEADS = [0.3, 0.3, 0.26, 0.225, 0.2, 0.18, 0.165];

/** Height of a head as a share of the frame's height, for this many figures. */
export function headShare(shot: Shot, figures: number): number {
  switch (shot) {
    case 'close':
      return CLOSE_HEADS[figures] ?? 0.24;
    case 'medium':
      return MEDIUM_HEADS[figures] ?? 0.16;
    case 'full':
      return 0.14;
    case 'wide':
      return 0.11;
  }
}
