import { makeSetting, type Parsed, type Setting } from './setting.ts';
import { parseDurationMs, parseSizeBytes } from './units.ts';

/** A whole number from `min` to `max`, both included. */
export function integer(options: {
  readonly env: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** What is counted, for the documentation: `calls`, `pixels`. */
  readonly unit?: string;
  readonly description: string;
}): Setting<number> {
  const { env, description, min, max, unit = '' } = options;
  const range = `${min} to ${max}`;
  return makeSetting({
    env,
    description,
    unit,
    range,
    defaultText: String(options.default),
    form: `a whole number from ${range}${unit && ` (${unit})`}`,
    parse: (text) => inRange(/^[+-]?\d+$/.test(text) ? Number(text) : undefined, min, max, 'is not a whole number'),
  });
}

/** A duration, resolved in milliseconds. Texts carry their unit: `500ms`, `180s`, `15m`, `2h`, `1d`. */
export function durationMs(options: QuantityOptions): Setting<number> {
  return quantitySetting(options, parseDurationMs, {
    unit: 'duration',
    form: 'a number with ms, s, m, h or d',
    fault: 'is not a duration',
  });
}

/** A size, resolved in bytes. Texts carry their unit: `512B`, `300KB`, `20MB`, `1GB`. 1 KB is 1024 bytes. */
export function sizeBytes(options: QuantityOptions): Setting<number> {
  return quantitySetting(options, parseSizeBytes, {
    unit: 'size',
    form: 'a number with B, KB, MB, GB or TB',
    fault: 'is not a size',
  });
}

interface QuantityOptions {
  readonly env: string;
  readonly default: string;
  readonly min: string;
  readonly max: string;
  readonly description: string;
}

function quantitySetting(
  options: QuantityOptions,
  parse: (text: string) => number | undefined,
  words: { readonly unit: string; readonly form: string; readonly fault: string },
): Setting<number> {
  const { env, description } = options;
  const [min, max] = [parse(options.min), parse(options.max)];
  if (min === undefined || max === undefined) throw new Error(`the limits of ${env} need units`);
  const range = `${options.min} to ${options.max}`;
  return makeSetting({
    env,
    description,
    range,
    unit: words.unit,
    defaultText: options.default,
    form: `${words.form}, from ${range}`,
    parse: (text) => inRange(parse(text), min, max, words.fault),
  });
}

function inRange(value: number | undefined, min: number, max: number, fault: string): Parsed<number> {
  if (value === undefined) return { fault };
  if (value < min) return { fault: 'is too small' };
  if (value > max) return { fault: 'is too large' };
  return { value };
}
