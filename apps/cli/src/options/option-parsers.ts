import { durationMs, sizeBytes } from '@framesong/config';
import { InvalidArgumentError } from 'commander';

const duration = durationMs({ env: 'TIMEOUT', default: '30s', min: '1ms', max: '24d', description: '' });
const size = sizeBytes({ env: 'MAX_SIZE', default: '300KB', min: '1B', max: '1GB', description: '' });

/** Milliseconds of `30s`, `500ms`, `5m`. */
export function parseDurationMs(text: string): number {
  return valueOf(duration.parse(text), duration.form);
}

/** Bytes of `300KB`, `1.5MB`; 1 KB is 1024 bytes. */
export function parseSizeBytes(text: string): number {
  return valueOf(size.parse(text), size.form);
}

/** A parser of whole numbers within limits. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

/** `1280x720`. */
export function parsePixels(text: string): { readonly width: number; readonly height: number } {
  const match = /^(\d{1,5})x(\d{1,5})$/i.exec(text);
  if (!match) throw new InvalidArgumentError('Expected WIDTHxHEIGHT in pixels, such as 1280x720.');
  return { width: Number(match[1]), height: Number(match[2]) };
}

/** `2026-11-01`, the begin of that day in UTC, or a time with its zone: `2026-11-01T08:00:00Z`. */
export function parseTime(text: string): Date {
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const time = new Date(isTime ? text : NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('Expected a day such as 2026-11-01, or a time such as 2026-11-01T08:00:00Z.');
}

/** `0.50 USD`. */
export function parseMoney(text: string): { readonly currency: string; readonly amount: string } {
  const match = /^(\d{1,9}(?:\.\d{1,6})?) ?([A-Za-z]{3})$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected an amount and a currency, such as 0.50 USD.');
  return { amount: match[1]!, currency: match[2]!.toUpperCase() };
}

/** `host:port`; an IPv6 host in square brackets. */
export function parseAddress(text: string): string {
  const match = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(text);
  if (match && Number(match[1]) <= 65_535) return text;
  throw new InvalidArgumentError('Expected host:port, such as 127.0.0.1:50052.');
}

/** `name=value` pairs, several with commas; repeats of the option add up. */
export function parsePairs(text: string, before: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const pairs = text.split(',').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    if (at < 1) throw new InvalidArgumentError(`Expected name=value, not ${pair}.`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return new Map([...before, ...pairs]);
}

/** A parser of a list of known names, several with commas; repeats of the option add up. */
export function listOf<T extends string>(known: readonly T[]): (text: string, before?: readonly T[]) => T[] {
  return (text, before = []) => [
    ...before,
    ...text.split(',').map((name) => {
      const found = known.find((candidate) => candidate === name.trim().toLowerCase());
      if (found === undefined) throw new InvalidArgumentError(`Expected some of ${known.join(', ')}, not ${name}.`);
      return found;
    }),
  ];
}

function valueOf(parsed: { readonly value: number } | { readonly fault: string }, form: string): number {
  if ('value' in parsed) return parsed.value;
  throw new InvalidArgumentError(`It ${parsed.fault}: expected ${form}.`);
}
