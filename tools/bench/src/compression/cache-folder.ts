import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for what is dear to fetch or build again; it outlives the bench, outside of the repository. */
export function cacheFolder(name: string): string {
  const folder = join(tmpdir(), 'framesong-bench-cache', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
