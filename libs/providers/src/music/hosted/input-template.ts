import { invalidField } from '@framesong/errors';
import type { MusicRequest } from '../music-engine.ts';
import { isInstrumental, type HostedLyrics } from './hosted-lyrics.ts';

/**
 * The input of a model with places for what is wanted: `{"prompt": "{style}, {bpm} bpm", "lyrics": "{lyrics}"}`. A text that is
 * one place alone becomes what stands for it, a number or true and false too. Places are {style}, {lyrics}, {seconds}, {seed},
 * {bpm}, {key} and {instrumental}.
 */
export type InputTemplate = Readonly<Record<string, unknown>>;

const PLACE = /\{(style|lyrics|seconds|seed|bpm|key|instrumental)\}/g;
/** The largest that fits into 32 bits with a sign: more is refused by many models. */
const SEEDS = 2 ** 31;

/** The input for one song. */
export function inputOf(
  template: InputTemplate,
  request: MusicRequest,
  lyricsOf: HostedLyrics,
): Record<string, unknown> {
  const values = valuesOf(request, lyricsOf);
  const filled = (text: string): unknown => {
    const [, alone] = /^\{(\w+)\}$/.exec(text) ?? [];
    if (alone !== undefined && alone in values) return values[alone];
    return text.replaceAll(PLACE, (_, name: string) => String(values[name]));
  };
  const entries = Object.entries(template).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? filled(value) : value]));
}

/** The fields of an operator over those of the model; `null` takes one away. @throws FramesongError for what is no object */
export function templateOf(base: InputTemplate, json: string, setting: string): InputTemplate {
  if (json === '') return base;
  const own = parsed(json);
  if (typeof own !== 'object' || own === null || Array.isArray(own))
    throw invalidField(setting, 'must be a JSON object: {"prompt": "{style}", "lyrics": "{lyrics}"}');
  return { ...base, ...own };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function valuesOf({ style, bpm, key, seed, sections }: MusicRequest, lyricsOf: HostedLyrics) {
  const values: Readonly<Record<string, unknown>> = {
    style,
    lyrics: lyricsOf(sections),
    seconds: Math.round(sections.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0)),
    seed: seed % SEEDS,
    bpm: Math.round(bpm),
    key,
    instrumental: isInstrumental(sections),
  };
  return values;
}
