import type { Random } from '../random.ts';
import { findKey, type Key, type Mode } from './keys.ts';
import type { StyleProfile, Voice } from './profile.ts';
import { DEFAULT_PROFILE, STYLE_PROFILES } from './profiles.ts';

/** What a text about style was understood to mean. */
export interface StyleReading {
  readonly profile: StyleProfile;
  readonly key: Key;
  /** Tempi to choose from; both the same where the text names one. */
  readonly bpm: readonly [number, number];
  /** True where the text itself names the tempo. */
  readonly bpmIsNamed: boolean;
  readonly lead: Voice;
  /** Where the tune lies: of a low or a high voice. */
  readonly register: 'low' | 'high';
  readonly warnings: readonly string[];
}

const INSTRUMENTS: readonly (readonly [RegExp, number])[] = [
  [/shakuhachi|xiao\b|箫/i, 77],
  [/flute|笛/i, 73],
  [/violin|fiddle|小提琴/i, 40],
  [/erhu|二胡/i, 110],
  [/cello|大提琴/i, 42],
  [/\bsax|萨克斯/i, 66],
  [/trumpet|小号/i, 56],
  [/music box|八音盒/i, 10],
  [/harmonica|口琴/i, 22],
  [/accordion|手风琴/i, 21],
  [/vibraphone|颤音琴/i, 11],
  [/whistl|口哨/i, 78],
  [/choir|合唱/i, 52],
];
const FAST = /\b(?:fast|upbeat|energetic|driving)\b|快节奏|欢快|激昂|热血|动感/i;
const SLOW = /\b(?:slow|sad|calm|gentle|dreamy)\b|慢|伤感|悲伤|忧伤|温柔|安静/i;
const DARK = /\b(?:sad|dark|melanchol\w*|minor|tense|lonely|angry|mysterious)\b|悲|伤感|忧|小调|孤独|黑暗|紧张|凄/i;
const BRIGHT =
  /\b(?:happy|bright|joy\w*|cheerful|uplifting|major|hopeful|warm|sunny)\b|欢快|快乐|阳光|大调|明亮|温暖|希望|甜/i;
const LOW_VOICE = /\b(?:male|man|baritone|tenor|deep)\b|男/i;
const BPM = /(\d+(?:\.\d+)?)\s*-?\s*bpm|bpm\s*(?:is|[:=：])?\s*(\d+(?:\.\d+)?)/i;

/** Reads a text about style, English or Chinese. What it leaves open is drawn from `random`. */
export function readStyle(text: string, random: Random): StyleReading {
  const named = STYLE_PROFILES.find((profile) => profile.words.test(text));
  const profile = named ?? DEFAULT_PROFILE;
  const lead = random.pick(profile.leads);
  const instrument = profile.name === 'piano' ? undefined : INSTRUMENTS.find(([word]) => word.test(text))?.[1];
  const namedBpm = bpmInText(text);
  const factor = FAST.test(text) ? 1.1 : SLOW.test(text) ? 0.92 : 1;
  return {
    profile,
    key: findKey(text) ?? drawKey(text, profile, random),
    bpm: namedBpm === undefined ? scaleRange(profile.bpm, factor) : [namedBpm, namedBpm],
    bpmIsNamed: namedBpm !== undefined,
    lead: instrument === undefined ? lead : { ...lead, program: instrument },
    register: LOW_VOICE.test(text) ? 'low' : 'high',
    warnings: named ? [] : [`the style names none of the known kinds of music; ${profile.name} is used`],
  };
}

/** The tempo that a text names, or undefined. */
export function bpmInText(text: string): number | undefined {
  const match = BPM.exec(text);
  const digits = match?.[1] ?? match?.[2];
  return digits === undefined ? undefined : Number(digits);
}

function scaleRange([low, high]: readonly [number, number], factor: number): [number, number] {
  return [Math.round(low * factor), Math.round(high * factor)];
}

function drawKey(text: string, profile: StyleProfile, random: Random): Key {
  const drawn = random.pick(profile.modes);
  const mode: Mode = BRIGHT.test(text) ? 'major' : DARK.test(text) && drawn !== 'dorian' ? 'minor' : drawn;
  // Keys in which the sampled instruments lie well.
  const tonic = random.pick(mode === 'major' ? [0, 2, 4, 5, 7, 9, 10] : [9, 4, 2, 11, 0, 7]);
  return { tonic, mode };
}
