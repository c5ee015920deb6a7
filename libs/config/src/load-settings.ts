import { readFileSync } from 'node:fs';

import { FramesongError, type FieldViolation } from '@framesong/errors';

import { CONFIGURATION_FILE_VARIABLE, readConfigurationFile } from './configuration-file.ts';
import type { Setting } from './setting.ts';
import type { SettingsGroups, SettingsOf } from './settings-group.ts';

/** Where settings come from. */
export interface SettingsSource {
  /** Default: the environment of the process. An empty variable counts as not set. */
  readonly env?: NodeJS.ProcessEnv;
  /** Path of a YAML file. Default: what FRAMESONG_CONFIG names; none when that is not set. */
  readonly file?: string;
}

/** A text and the name under which its faults are reported. */
interface Found {
  readonly text: string;
  readonly origin: string;
}

/**
 * Resolves groups of settings: a variable wins over the configuration file, and that over the default.
 * A secret may also come from the file that `<variable>_FILE` names.
 * @throws FramesongError INVALID_ARGUMENT, reason CONFIGURATION_INVALID, with one violation for each fault of all groups.
 */
export function loadSettings<G extends SettingsGroups>(
  groups: G,
  source: SettingsSource = {},
): { readonly [K in keyof G]: SettingsOf<G[K]> } {
  const env = source.env ?? process.env;
  const path = source.file ?? (env[CONFIGURATION_FILE_VARIABLE] || undefined);
  const file = path === undefined ? undefined : readConfigurationFile(path, Object.values(groups));
  const faults: FieldViolation[] = [...(file?.faults ?? [])];

  const resolved: Record<string, Record<string, unknown>> = {};
  for (const [key, { group, settings }] of Object.entries(groups)) {
    const values: Record<string, unknown> = {};
    for (const [name, setting] of Object.entries(settings)) {
      const found = find(setting, env, file?.texts.get(`${group}.${name}`), `${group}.${name}`, faults);
      if (found === undefined) continue;
      const parsed = setting.parse(found.text);
      if ('value' in parsed) values[name] = parsed.value;
      else faults.push({ field: setting.env, description: describe(setting, found, parsed.fault) });
    }
    resolved[key] = Object.freeze(values);
  }
  if (faults.length > 0) throw configurationInvalid(faults);
  return Object.freeze(resolved) as { readonly [K in keyof G]: SettingsOf<G[K]> };
}

function find(
  setting: Setting<unknown>,
  env: NodeJS.ProcessEnv,
  fileText: string | undefined,
  fileKey: string,
  faults: FieldViolation[],
): Found | undefined {
  const direct = env[setting.env];
  const secretVariable = `${setting.env}_FILE`;
  const secretPath = setting.secret ? env[secretVariable] : undefined;
  if (direct && secretPath) {
    faults.push({ field: setting.env, description: `is set together with ${secretVariable}: set only one of them` });
    return undefined;
  }
  if (direct) return { text: direct, origin: '' };
  if (secretPath) {
    try {
      // Files written by editors and `echo` end with a line break that is no part of the secret.
      const text = readFileSync(secretPath, 'utf8').replace(/\r?\n$/, '');
      if (text !== '') return { text, origin: ` (in the file that ${secretVariable} names)` };
      faults.push({ field: secretVariable, description: `${secretPath} is empty: expected ${setting.form}` });
    } catch (error) {
      faults.push({ field: secretVariable, description: `${secretPath} cannot be read: ${(error as Error).message}` });
    }
    return undefined;
  }
  if (fileText !== undefined) return { text: fileText, origin: ` (${fileKey} in the configuration file)` };
  return setting.defaultText === undefined ? undefined : { text: setting.defaultText, origin: ' (the default)' };
}

function describe(setting: Setting<unknown>, found: Found, fault: string): string {
  const seen = setting.secret ? 'the value' : JSON.stringify(found.text.slice(0, 80));
  return `${seen}${found.origin} ${fault}: expected ${setting.form}`;
}

function configurationInvalid(violations: readonly FieldViolation[]): FramesongError {
  const names = [...new Set(violations.map((violation) => violation.field))].join(', ');
  return new FramesongError(`the configuration is not valid: correct ${names}`, {
    code: 'INVALID_ARGUMENT',
    reason: 'CONFIGURATION_INVALID',
    violations,
  });
}
