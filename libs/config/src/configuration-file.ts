import { readFileSync } from 'node:fs';

import type { FieldViolation } from '@framesong/errors';
import { parseDocument } from 'yaml';

import type { SettingsGroup } from './settings-group.ts';

/** Variable that names the configuration file. */
export const CONFIGURATION_FILE_VARIABLE = 'FRAMESONG_CONFIG';

/** The texts of a configuration file by `group.setting`, and everything that is wrong with it. */
export interface ConfigurationFile {
  readonly texts: ReadonlyMap<string, string>;
  readonly faults: readonly FieldViolation[];
}

/**
 * Reads a YAML file of two levels, `group: { settingName: value }`. A file that cannot be read or parsed, an unknown key
 * and a value that is not a scalar are faults; they are returned, so that they are reported with all others.
 */
export function readConfigurationFile(path: string, groups: readonly SettingsGroup[]): ConfigurationFile {
  const faults: FieldViolation[] = [];
  const texts = new Map<string, string>();
  const fault = (field: string, description: string) => void faults.push({ field, description });

  const root = readYaml(path, fault);
  if (root === undefined) return { texts, faults };

  for (const [groupName, section] of Object.entries(root)) {
    const group = groups.find((candidate) => candidate.group === groupName);
    if (!group) {
      fault(
        groupName,
        `is not a group of settings (in ${path}); the groups are ${groups.map((g) => g.group).join(', ')}`,
      );
      continue;
    }
    if (section === null) continue;
    if (!isRecord(section)) {
      fault(groupName, `has to hold settings, one per line as "name: value" (in ${path})`);
      continue;
    }
    for (const [name, value] of Object.entries(section)) {
      const field = `${groupName}.${name}`;
      if (!Object.hasOwn(group.settings, name)) {
        fault(field, `is not a setting (in ${path}); the settings are ${Object.keys(group.settings).join(', ')}`);
      } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        texts.set(field, String(value));
      } else {
        fault(field, `has to be one text, number, true or false (in ${path}); remove the line to use the default`);
      }
    }
  }
  return { texts, faults };
}

function readYaml(path: string, fault: (field: string, text: string) => void): Record<string, unknown> | undefined {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    fault(CONFIGURATION_FILE_VARIABLE, `${path} cannot be read: ${(error as Error).message}`);
    return undefined;
  }
  const document = parseDocument(source, { prettyErrors: true });
  if (document.errors.length > 0) {
    // Only the first line: the others quote the source, which may hold a secret.
    for (const error of document.errors) {
      fault(CONFIGURATION_FILE_VARIABLE, `${path} is not valid YAML: ${error.message.split('\n')[0]!}`);
    }
    return undefined;
  }
  const content: unknown = document.toJS();
  if (content === null) return {};
  if (isRecord(content)) return content;
  fault(CONFIGURATION_FILE_VARIABLE, `${path} has to hold groups of settings at its top level`);
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
