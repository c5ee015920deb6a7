import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../compression/cache-folder.ts';

const VERSION = '12.5.4';

/** Where pg-boss is imported from, installed on the first use; or why there is none. */
export function ensurePgBoss(say: (text: string) => void): { readonly entry: string } | { readonly missing: string } {
  const folder = cacheFolder(`pg-boss-${VERSION}`);
  const entry = join(folder, 'node_modules/pg-boss/dist/index.js');
  if (existsSync(entry)) return { entry };
  say(`installing pg-boss ${VERSION}`);
  try {
    execFileSync('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', `pg-boss@${VERSION}`], { stdio: 'ignore' }); // prettier-ignore
  } catch (error) {
    return { missing: `pg-boss ${VERSION} could not be installed: ${(error as Error).message}` };
  }
  return existsSync(entry) ? { entry } : { missing: `pg-boss ${VERSION} has no ${entry}` };
}

/** The version that is compared with. */
export const PG_BOSS_VERSION = VERSION;
