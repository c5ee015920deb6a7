import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Digest of the code that makes the results, so that what an earlier version has kept is not given out by a later one:
 * the sources of the library and the exact versions that it depends on. Of a bundle it is the worker file, which names the
 * other files by their content, and the manifest beside it.
 */
export async function codeVersion(workerEntry: string): Promise<string> {
  const files = workerEntry.endsWith('.mjs')
    ? [workerEntry, join(dirname(workerEntry), 'package.json')]
    : [workerEntry, ...(await librarySources(workerEntry))];
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file)).update('\0');
  return hash.digest('hex');
}

async function librarySources(workerEntry: string): Promise<string[]> {
  const manifest = createRequire(workerEntry).resolve('@framesong/compression/package.json');
  const folder = join(dirname(manifest), 'src');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  return [manifest, ...names.toSorted().map((name) => join(folder, name))];
}
