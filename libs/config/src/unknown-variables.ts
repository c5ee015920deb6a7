import { CONFIGURATION_FILE_VARIABLE } from './configuration-file.ts';
import type { SettingsGroups } from './settings-group.ts';

const PREFIX = 'FRAMESONG_';

/** A variable that looks like a setting and is none: most often a misspelled one. */
export interface UnknownVariable {
  readonly name: string;
  /** The known variable that differs least, when one is close. */
  readonly meant?: string;
}

/** The FRAMESONG_* variables that no setting of these groups reads, in alphabetical order. Default: the process's own. */
export function unknownVariables(groups: SettingsGroups, env: NodeJS.ProcessEnv = process.env): UnknownVariable[] {
  const known = new Set([CONFIGURATION_FILE_VARIABLE]);
  for (const group of Object.values(groups)) {
    for (const setting of Object.values(group.settings)) {
      known.add(setting.env);
      if (setting.secret) known.add(`${setting.env}_FILE`);
    }
  }
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort()
    .map((name) => {
      const meant = nearest(name, known);
      return meant === undefined ? { name } : { name, meant };
    });
}

function nearest(name: string, known: ReadonlySet<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = 4;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
