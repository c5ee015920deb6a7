import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { cacheFolder } from './cache-folder.ts';
import { aptGet, mayInstall } from './debian-tools.ts';
import { drawPictures } from './drawn-pictures.ts';

/** A picture to compress. */
export interface BenchPicture {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly megapixels: number;
  readonly longestSide: number;
  readonly drawn: boolean;
}

/** Photographs, paintings and renders that Debian ships as desktop backgrounds. */
const PACKAGES = ['gnome-backgrounds', 'mate-backgrounds', 'ukui-wallpapers'];
/** Smaller ones need no budget. */
const SMALLEST_BYTES = 60 * 1024;
const MAX_PIXELS = 50_000_000;

/**
 * All pictures: those of the Debian packages, fetched once into a cache, and drawn ones. Without the packages the drawn ones
 * stand alone.
 */
export async function gatherPictures(say: (text: string) => void): Promise<BenchPicture[]> {
  const drawn = await drawPictures(cacheFolder('drawn-pictures'));
  const all: BenchPicture[] = [];
  for (const path of [...fetchBackgrounds(say), ...drawn]) {
    const { width, height } = await sharp(path, { limitInputPixels: false }).metadata();
    const shape = { width, height, megapixels: (width * height) / 1e6, longestSide: Math.max(width, height) };
    if (width * height > MAX_PIXELS) continue;
    all.push({ name: path.split('/').at(-1)!, path, ...shape, drawn: drawn.includes(path) });
  }
  return all;
}

function fetchBackgrounds(say: (text: string) => void): string[] {
  const folder = cacheFolder('backgrounds');
  const paths: string[] = [];
  for (const name of PACKAGES) {
    const unpacked = join(folder, name);
    if (!existsSync(unpacked)) fetchPackage(name, unpacked, say);
    if (existsSync(unpacked)) paths.push(...picturesIn(unpacked));
  }
  return paths;
}

function fetchPackage(name: string, unpacked: string, say: (text: string) => void): void {
  if (!mayInstall()) {
    say(`no pictures of ${name}: Debian's apt-get is needed for them`);
    return;
  }
  const part = `${unpacked}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  say(`fetching ${name}`);
  let fault = aptGet(['download', name], part);
  if (fault !== undefined) fault = aptGet(['update']) ?? aptGet(['download', name], part);
  const file = readdirSync(part).find((entry) => entry.endsWith('.deb'));
  if (fault !== undefined || file === undefined) {
    say(`no pictures of ${name}: ${fault ?? 'nothing came'}`);
    return;
  }
  spawnSync('dpkg-deb', ['-x', file, '.'], { cwd: part });
  rmSync(join(part, file));
  renameSync(part, unpacked);
}

function picturesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(jpe?g|png|webp)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.includes('/backgrounds/') && statSync(path).size >= SMALLEST_BYTES)
    .sort();
}
