import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A program or module of others that is compared with. */
export interface Peer {
  readonly name: string;
  readonly debianPackage: string;
  /** Prints its version; fails when it is not there. */
  readonly versionCommand: readonly [program: string, ...words: string[]];
}

/** Python of the system: Debian's Pillow belongs to it. */
export const PYTHON = '/usr/bin/python3';

/** ImageMagick 6 of Debian by its own name, since `convert` may be something else. */
export const CONVERT = '/usr/bin/convert-im6.q16';

/** All programs that compression is compared with. */
export const PEERS = {
  pillow: {
    name: 'Pillow',
    debianPackage: 'python3-pil',
    versionCommand: [PYTHON, '-c', 'import PIL; print(PIL.__version__)'],
  },
  imagemagick: { name: 'ImageMagick', debianPackage: 'imagemagick', versionCommand: [CONVERT, '-version'] },
  jpegoptim: { name: 'jpegoptim', debianPackage: 'jpegoptim', versionCommand: ['jpegoptim', '--version'] },
  cwebp: { name: 'cwebp', debianPackage: 'webp', versionCommand: ['cwebp', '-version'] },
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof PEERS;

/** Versions of the peers that are there; missing ones are installed when this process may, and else told. */
export function ensurePeers(say: (text: string) => void): ReadonlyMap<PeerName, string> {
  const names = Object.keys(PEERS) as PeerName[];
  const missing = names.filter((name) => versionOf(PEERS[name]) === undefined);
  const packages = missing.map((name) => PEERS[name].debianPackage);
  if (packages.length > 0) {
    if (mayInstall()) {
      say(`installing ${packages.join(', ')}`);
      aptGet(['update']);
      for (const name of packages) aptGet(['install', '-y', '--no-install-recommends', name]);
    } else say(`not there, and installed only as root on Debian: ${packages.join(', ')}`);
  }
  const there = new Map<PeerName, string>();
  for (const name of names) {
    const version = versionOf(PEERS[name]);
    if (version === undefined) say(`${PEERS[name].name} could not be had: nothing is compared with it`);
    else there.set(name, `${PEERS[name].name} ${version}`);
  }
  return there;
}

/** True where packages can be installed. */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** Runs apt-get; what it said on a failure, else undefined. */
export function aptGet(words: readonly string[], cwd?: string): string | undefined {
  const { status, stderr } = spawnSync('apt-get', words, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  return status === 0 ? undefined : stderr.slice(-300);
}

function versionOf({ versionCommand: [program, ...words] }: Peer): string | undefined {
  const { status, stdout } = spawnSync(program, words, { encoding: 'utf8' });
  return status === 0 ? (/\d+\.\d+[\w.-]*/.exec(stdout)?.[0] ?? 'of unknown version') : undefined;
}
