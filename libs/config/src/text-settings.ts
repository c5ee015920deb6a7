import { resolve } from 'node:path';

import { makeSetting, type Setting } from './setting.ts';

interface TextOptions {
  readonly env: string;
  readonly default?: string;
  /** Keeps the value out of every message and allows `<env>_FILE`. */
  readonly secret?: boolean;
  /** The whole text has to match. */
  readonly pattern?: RegExp;
  /** The pattern in words, for the message: `an https URL`. */
  readonly form?: string;
  readonly description: string;
}

/** A text; undefined when nothing is set and there is no default. */
export function text(options: TextOptions & { readonly default: string }): Setting<string>;
export function text(options: TextOptions): Setting<string | undefined>;
export function text(options: TextOptions): Setting<string | undefined> {
  const { env, description, pattern, secret = false } = options;
  const form = options.form ?? (pattern ? `a text that matches ${String(pattern)}` : 'a text');
  return makeSetting({
    env,
    description,
    secret,
    defaultText: options.default,
    form,
    range: pattern ? form : '',
    parse: (value) => (matchesWhole(pattern, value) ? { value } : { fault: 'has the wrong form' }),
  });
}

/** Yes or no. Texts: true/false, yes/no, on/off, 1/0. */
export function flag(options: {
  readonly env: string;
  readonly default: boolean;
  readonly description: string;
}): Setting<boolean> {
  return makeSetting({
    env: options.env,
    description: options.description,
    defaultText: String(options.default),
    form: 'true or false',
    range: 'true, false',
    parse: (value) => {
      if (['true', 'yes', 'on', '1'].includes(value.toLowerCase())) return { value: true };
      if (['false', 'no', 'off', '0'].includes(value.toLowerCase())) return { value: false };
      return { fault: 'is neither true nor false' };
    },
  });
}

/** One of a few names, compared exactly. */
export function oneOf<const T extends string>(options: {
  readonly env: string;
  readonly default: T;
  readonly values: readonly T[];
  readonly description: string;
}): Setting<T> {
  const { env, description, values } = options;
  return makeSetting({
    env,
    description,
    defaultText: options.default,
    form: `one of ${values.join(', ')}`,
    range: values.join(', '),
    parse: (seen) => {
      const value = values.find((allowed) => allowed === seen);
      return value === undefined ? { fault: 'is not one of the allowed values' } : { value };
    },
  });
}

/** A folder, resolved to an absolute path; a relative one counts from the working directory. It need not exist. */
export function folder(options: {
  readonly env: string;
  readonly default: string;
  readonly description: string;
}): Setting<string> {
  return makeSetting({
    env: options.env,
    description: options.description,
    defaultText: options.default,
    form: 'the path of a folder',
    unit: 'path',
    parse: (value) => (value.includes('\0') ? { fault: 'holds a zero byte' } : { value: resolve(value) }),
  });
}

/** Where to listen or to connect: `127.0.0.1:50051`, `localhost:0`, `[::1]:50051`. An IPv6 host is resolved bare. */
export function address(options: {
  readonly env: string;
  readonly default: string;
  readonly description: string;
}): Setting<{ readonly host: string; readonly port: number }> {
  return makeSetting({
    env: options.env,
    description: options.description,
    defaultText: options.default,
    form: 'host:port with a port from 0 to 65535 (an IPv6 host in square brackets)',
    range: 'port 0 to 65535',
    unit: 'host:port',
    parse: (value) => {
      const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(value);
      if (!match) return { fault: 'is not host:port' };
      const port = Number(match[3]);
      return port > 65_535
        ? { fault: 'names a port that cannot exist' }
        : { value: { host: (match[1] ?? match[2])!, port } };
    },
  });
}

function matchesWhole(pattern: RegExp | undefined, value: string): boolean {
  return pattern === undefined || new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, '')).test(value);
}
