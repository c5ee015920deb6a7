#!/usr/bin/env node
// The command `framesong`. Runs on any Node >= 18 that the host has: sets the repository up when that was not done, and
// hands over to the pinned Node.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// npm links the command, so that the path it was called by is not where the repository is.
const root = join(dirname(realpathSync(fileURLToPath(import.meta.url))), '../../..');
const node = join(root, 'node_modules/.bin/node');
const main = join(root, 'apps/cli/src/main.ts');
const PINNED_MAJOR = 24;

/** Looks at times only, which takes a millisecond; the set-up itself looks at the contents. */
function needsSetUp() {
  const stamps = ['node_modules/.framesong-installed', 'libs/contracts/src/gen/.stamp'].map((path) => join(root, path));
  if (!stamps.every(existsSync)) return true;
  const [installedMs, generatedMs] = stamps.map((path) => statSync(path).mtimeMs);
  const changedMs = (path) => statSync(join(root, path)).mtimeMs;
  const contractMs = readdirSync(join(root, 'proto/framesong'))
    .flatMap((name) => readdirSync(join(root, 'proto/framesong', name, 'v1')).map((file) => join(name, 'v1', file)))
    .map((file) => changedMs(join('proto/framesong', file)));
  return changedMs('package-lock.json') > installedMs || Math.max(...contractMs) > generatedMs;
}

function setUp() {
  const { status, signal } = spawnSync(process.execPath, [join(root, 'tools/bootstrap.mjs')], {
    // stdout belongs to the data of the command.
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}

function handOver() {
  const child = spawn(existsSync(node) ? node : 'node', [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends its signals to the child as well, which takes both as one; others reach only this process.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`framesong: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

if (needsSetUp()) setUp();
// npm puts the pinned Node first on the path, and then there is nothing to hand over.
if (Number(process.versions.node.split('.')[0]) >= PINNED_MAJOR) await import(main);
else handOver();
