// Runs the built images as containers and uses them as a caller would. Started by tools/check-images.sh, in a network
// namespace of its own. Usage: node check-containers.mjs <work folder with buildah's storage>, in the root
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openFramesong, untilServing } from '@framesong/client';
import { ensurePostgres } from '@framesong/jobs';
import { configureLog } from '@framesong/telemetry';
import { makeFirstFrame } from '../tools/stack/src/make-first-frame.ts';
import { makeSong } from '../tools/stack/src/make-song.ts';

const [work] = process.argv.slice(2);
const STORAGE = ['--root', join(work, 'storage'), '--runroot', join(work, 'run')];
const { AbortSignal, clearTimeout } = globalThis;
const NODE_USER = 1000;
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 40_000;
const SAMPLE_LIMIT_MS = 120_000;

const say = (text) => console.log(`check-images: ${text}`);

function expect(holds, text) {
  if (!holds) throw new Error(text);
}

function command(program, args, options = {}) {
  const result = spawnSync(program, args, { encoding: 'utf8', ...options });
  if (result.error) throw result.error;
  return { code: result.status, out: result.stdout.trim(), all: `${result.stdout}${result.stderr}`.trim() };
}

function buildah(...args) {
  const { code, out, all } = command('buildah', [...STORAGE, ...args]);
  expect(code === 0, `buildah ${args[0]} failed: ${all}`);
  return out;
}

/** What the image promises to any engine. */
function checkImage(app) {
  const { config } = JSON.parse(buildah('inspect', '--type', 'image', `localhost/framesong-${app}`)).Docker;
  expect(config.User === 'node', `${app}: the image runs as ${config.User}`);
  expect(config.StopSignal === 'SIGTERM', `${app}: the stop signal is ${config.StopSignal}`);
  expect(config.Healthcheck?.Test?.join(' ') === 'CMD node healthcheck.mjs', `${app}: the image has no health check`);
  expect('/data' in config.Volumes, `${app}: the image has no volume /data`);
  return config.Entrypoint;
}

/** The locked versions, and nothing else, are installed. */
function checkPackages(app, folder) {
  const root = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
  const installed = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8')).packages;
  for (const [place, { version, integrity }] of Object.entries(installed)) {
    const same = root[place]?.version === version && root[place].integrity === integrity;
    expect(same, `${app}: ${place} ${version} is not what package-lock.json of the repository has`);
  }
  return Object.keys(installed).length;
}

/** A container with folders of its own for /data and /tmp, all that a service may write to. */
function createContainer(app) {
  const entrypoint = checkImage(app);
  const container = buildah('from', `localhost/framesong-${app}`);
  const mounted = buildah('mount', container);
  const packages = checkPackages(app, join(mounted, 'app'));
  const bytes = Number(command('du', ['-sb', join(mounted, 'app')]).out.split('\t')[0]);
  say(`${app}: ${(bytes / 2 ** 20).toFixed(1)} MiB over the base, ${packages} packages, all as locked`);
  const volumes = ['data', 'tmp'].flatMap((name) => {
    const folder = join(work, `${app}-${name}`);
    mkdirSync(folder);
    chownSync(folder, NODE_USER, NODE_USER);
    return ['--volume', `${folder}:/${name}`];
  });
  return { app, container, entrypoint, volumes };
}

function runArguments({ container, volumes }, environment, program) {
  const env = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  return [...STORAGE, 'run', '--isolation', 'chroot', ...env, ...volumes, container, '--', ...program];
}

/**
 * Starts a service. Its root is made read-only between the start of the container and that of the program, because buildah
 * has no such option. `ready` resolves with the time from the start of the program to SERVING, in milliseconds.
 */
async function startContainer(container, environment, health) {
  const waiting = ['sh', '-c', 'read -r go && exec "$0" "$@"', ...container.entrypoint];
  const child = spawn('buildah', runArguments(container, environment, waiting));
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-20_000)));
  }
  const exited = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
  const failed = exited.then((ending) => {
    throw new Error(`${container.app} ended with ${ending}:\n${log}`);
  });
  failed.catch(() => undefined);
  const pid = await Promise.race([programOf(child.pid), failed]);
  const { code, all } = command('nsenter', [...inside(pid), '--', 'mount', '-o', 'remount,bind,ro', '/']);
  expect(code === 0, `${container.app}: its root cannot be made read-only: ${all}`);
  const from = performance.now();
  child.stdin.end('go\n');
  const serving = untilServing(health, AbortSignal.timeout(START_LIMIT_MS)).then(() => performance.now() - from);
  return {
    ...container,
    child,
    pid,
    environment,
    exited,
    failed,
    ready: Promise.race([serving, failed]),
    lastLog: () => log,
  };
}

/** The process that an engine would send the stop signal to: the shell that waits, which becomes the program. */
async function programOf(buildahPid) {
  for (;;) {
    const found = descendants(buildahPid).find(({ uid, program }) => uid === NODE_USER && /sh$/.test(program));
    if (found) return found.pid;
    await delay(20);
  }
}

const inside = (pid) => ['--target', String(pid), '--mount', '--root', '--wd'];

function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        const field = (name) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1];
        const [uid, parent] = [Number(field('Uid')), Number(field('PPid'))];
        const net = readlinkSync(`/proc/${pid}/ns/net`);
        const program = readlinkSync(`/proc/${pid}/exe`);
        return [{ pid: Number(pid), parent, uid, program, capabilities: field('CapEff'), net }];
      } catch {
        return []; // Ended meanwhile.
      }
    });
}

function descendants(pid, all = processes()) {
  const children = all.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child, ...descendants(child.pid, all)]);
}

/** What an engine is asked for by compose.yaml holds here too. */
function checkConfinement({ app, pid }) {
  const all = processes();
  const found = [all.find((each) => each.pid === pid), ...descendants(pid, all)];
  for (const { uid, capabilities, program } of found) {
    expect(uid === NODE_USER, `${app}: ${program} runs as ${uid}`);
    expect(/^0+$/.test(capabilities), `${app}: ${program} has the capabilities ${capabilities}`);
  }
  const mounts = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n');
  const options = mounts.map((line) => line.split(' ')).findLast((fields) => fields[4] === '/')?.[5] ?? '';
  expect(options.split(',').includes('ro'), `${app}: the root file system is mounted ${options}`);
  return `${found.length} processes, all of user ${NODE_USER} without capabilities, on a read-only root`;
}

/** The image's health check inside of the running container, as an engine would run it. */
function askHealth({ pid, environment }) {
  const asNode = ['--setuid', String(NODE_USER), '--setgid', String(NODE_USER)];
  const program = ['/usr/local/bin/node', 'healthcheck.mjs'];
  const from = performance.now();
  const { code, out } = command('nsenter', [...inside(pid), ...asNode, '--', ...program], { env: environment });
  expect(code === 0, `the health check of a serving container ended with ${code}: ${out}`);
  return `${out} after ${(performance.now() - from).toFixed(0)} ms`;
}

async function stopContainer({ app, child, pid, exited, lastLog }) {
  const from = performance.now();
  const left = descendants(child.pid);
  process.kill(pid, 'SIGTERM');
  const force = setTimeout(() => left.forEach(({ pid: each }) => process.kill(each, 'SIGKILL')), STOP_LIMIT_MS);
  const ending = await exited;
  clearTimeout(force);
  expect(ending === 0, `${app} ended with ${ending} after SIGTERM:\n${lastLog()}`);
  say(`${app}: stopped by SIGTERM after ${(performance.now() - from).toFixed(0)} ms`);
}

/** Takes traces as Jaeger does under compose, and tells which services sent some. */
function startCollector() {
  const senders = new Set();
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      for (const [name] of text.matchAll(/framesong-(compression|image-generation|music)/g)) senders.add(name);
      response.writeHead(request.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/x-protobuf' }).end();
    });
  }).listen(4318, '127.0.0.1');
  return { senders, close: () => server.close() };
}

configureLog('silent');
const addresses = { compression: '127.0.0.1:50051', imageGeneration: '127.0.0.1:50052', music: '127.0.0.1:50053' };
const framesong = openFramesong(addresses);
const compression = createContainer('compression');
const imageGeneration = createContainer('image-generation');
const music = createContainer('music');

const unset = command('buildah', runArguments(imageGeneration, {}, imageGeneration.entrypoint));
const told = unset.code !== 0 && unset.all.includes('FRAMESONG_DATABASE_URL');
expect(told, `image-generation without a database ended with ${unset.code} and said: ${unset.all}`);
say('image-generation: without FRAMESONG_DATABASE_URL it ends and says what to set');

const postgres = await ensurePostgres({ dataFolder: join(work, 'database'), throwAway: true });
const collector = startCollector();
const running = [];
try {
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  };
  const database = { FRAMESONG_DATABASE_URL: postgres.url };
  // As in compose.yaml: nobody else can connect.
  const plaintext = { FRAMESONG_RPC_PLAINTEXT: 'true' };
  const start = async (container, environment, health) => {
    const service = await startContainer(container, { ...telemetry, ...environment }, health);
    running.push(service);
    const readyMs = await service.ready;
    say(`${service.app}: SERVING ${(readyMs / 1000).toFixed(2)} s after the start of the program`);
    say(`${service.app}: ${checkConfinement(service)}; health check: ${askHealth(service)}`);
  };
  const { health } = framesong.compression;
  await start(compression, { ...plaintext, FRAMESONG_COMPRESSION_ADDRESS: '0.0.0.0:50051' }, health);
  const image = {
    ...plaintext,
    FRAMESONG_IMAGE_ADDRESS: '0.0.0.0:50052',
    FRAMESONG_COMPRESSION_ADDRESS: addresses.compression,
  };
  await start(imageGeneration, { ...image, ...database }, framesong.imageGeneration.health);
  await start(music, { ...plaintext, FRAMESONG_MUSIC_ADDRESS: '0.0.0.0:50053', ...database }, framesong.music.health);

  const failed = Promise.race(running.map((service) => service.failed));
  const signal = AbortSignal.timeout(SAMPLE_LIMIT_MS);
  await Promise.race([makeFirstFrame(framesong, { folder: join(work, 'samples'), provider: '', signal }), failed]);
  await Promise.race([makeSong(framesong, { folder: join(work, 'samples'), engine: '', signal }), failed]);
  for (const service of running.toReversed()) await stopContainer(service);
  running.length = 0;
  expect(collector.senders.size === 3, `traces came only from ${[...collector.senders].join(', ') || 'nobody'}`);
  say('traces of all three came to the collector');
} finally {
  framesong[Symbol.dispose]();
  collector.close();
  for (const { child } of running) {
    for (const { pid } of descendants(child.pid)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended meanwhile.
      }
    }
  }
  await postgres.stop();
}

const down = command('buildah', runArguments(compression, {}, ['node', 'healthcheck.mjs']));
expect(down.code === 1, `the health check of a stopped service ended with ${down.code}: ${down.all}`);
const net = readlinkSync('/proc/self/ns/net');
const left = processes().filter((each) => each.net === net && each.pid !== process.pid);
expect(left.length === 0, `still running: ${left.map(({ pid, program }) => `${pid} ${program}`).join(', ')}`);
say('nothing is left running');
