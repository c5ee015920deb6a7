// Generates libs/contracts/src/gen from the protos: TypeScript by ts-proto, and the descriptor set for reflection.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const gen = join(root, 'libs/contracts/src/gen');

function buf(...args) {
  const result = spawnSync(join(root, 'node_modules/.bin/buf'), args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

mkdirSync(gen, { recursive: true });
buf('generate');
buf('build', '--as-file-descriptor-set', '-o', join(gen, 'descriptor-set.binpb'));
