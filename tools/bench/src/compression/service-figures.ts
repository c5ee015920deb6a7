import { readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { compressImage } from '@framesong/client';
import {
  CacheResult,
  ImageFormat,
  type CompressionOptions,
} from '@framesong/contracts/compression/v1/compression_service';
import { accountExternalMemory } from '@framesong/lifecycle';
import type { BenchContext, Figure } from '../bench.ts';
import { failures, measured, ratio } from '../measure/figures.ts';
import { interleave } from '../measure/interleave.ts';
import { withLoopDelays } from '../measure/loop-delay.ts';
import { cpuMsOfTrees } from '../measure/process-tree.ts';
import { Tally } from '../measure/tally.ts';
import { ownCpuMs } from '../processes/answering.ts';
import { startBenchStack, type BenchStack } from '../processes/bench-stack.ts';
import { startNode, type NodeProcess } from '../processes/node-process.ts';
import { cancelTimesMs } from './cancel-times.ts';
import type { PeerName } from './debian-tools.ts';
import { encodeInProcess } from './encode-in-process.ts';
import type { Made } from './job.ts';
import { startPeerRunner } from './peers.ts';
import type { BenchPicture } from './pictures.ts';

const BUDGET = 300 * 1024;
const SIDE = 2048;
/** What a call may hold. */
const LARGEST_SOURCE_MEGAPIXELS = 40;
const LARGEST_IN_BATCH_MEGAPIXELS = 15;
/** The limit stands back behind the company as far as workers do by default. */
const WORKER_NICENESS = 10;

/** The compression service against the library, saturated, cancelled, asked twice, and against the legacy loop. */
export async function serviceFigures(
  { quick, say }: BenchContext,
  pictures: readonly BenchPicture[],
  there: ReadonlyMap<PeerName, string>,
  folder: string,
): Promise<Figure[]> {
  const bySize = pictures
    .filter(({ megapixels }) => megapixels <= LARGEST_SOURCE_MEGAPIXELS)
    .toSorted((a, b) => b.megapixels - a.megapixels);
  const batch = everyNth(
    pictures.filter(({ megapixels }) => megapixels <= LARGEST_IN_BATCH_MEGAPIXELS),
    quick ? 3 : 12,
  );
  const limits = { pairs: quick ? 2 : 5, budgetMs: quick ? 15_000 : 180_000 };
  // Callers are services too: what receiving costs them must not be a matter of how a bench is started.
  accountExternalMemory();
  say('starting compression');
  await using stack = await startBenchStack(['compression'], folder);
  const start = (name: string, file: string, niceness = 0) =>
    startNode({
      name,
      file: join(import.meta.dirname, file),
      folder,
      niceness,
      environment: { MALLOC_ARENA_MAX: '2' },
    });
  await using idle = start('idle', '../measure/idle-loop.ts');
  const calls = new Tally(say);
  /** The cache would answer what was asked before: each round asks for a budget of its own. */
  let round = 0;
  const compress = async ({ path, name }: BenchPicture, budget: number) =>
    calls.attempt(name, () => compressImage(stack.framesong.compression, path, optionsOf(budget)));

  say('the service against the library');
  await using library = start('library', 'encoder-process.ts');
  await library.message('ready');
  const byService = async () => {
    const budget = BUDGET - round++;
    const before = serviceCpuMs(stack) + ownCpuMs();
    for (const picture of batch) await compress(picture, budget);
    return serviceCpuMs(stack) + ownCpuMs() - before;
  };
  const byLibrary = async () => {
    let cpuMs = 0;
    for (const picture of batch) cpuMs += (await encodeInProcess(library, picture, folder)).cpuMs;
    return cpuMs;
  };
  await byService();
  const { ours, theirs } = await interleave(limits, byService, byLibrary);

  say('saturating the service');
  await using parts = new AsyncDisposableStack();
  const lanes = Array.from({ length: availableParallelism() }, (_, lane) =>
    parts.use(start(`limit-${lane}`, 'encoder-process.ts', WORKER_NICENESS)),
  );
  await Promise.all(lanes.map((lane) => lane.message('ready')));
  const known: Made[] = [];
  // One after the other: a process answers one question at a time.
  for (const picture of batch) known.push((await encodeInProcess(library, picture, folder)).made!);
  const delays: { service: number; idle: number }[] = [];
  const saturated = async () => {
    const budget = BUDGET - round++;
    const startedAt = performance.now();
    const { delays: measuredDelays } = await withLoopDelays([stack.service('compression'), idle], () =>
      Promise.all(batch.map((picture) => compress(picture, budget))),
    );
    delays.push({ service: measuredDelays[0]!.p99Ms, idle: measuredDelays[1]!.p99Ms });
    return batch.length / (performance.now() - startedAt);
  };
  const byLimit = async () => {
    const startedAt = performance.now();
    const queue = batch.map((picture, index) => ({ picture, made: known[index]! }));
    const lane = async (process: NodeProcess, number: number) => {
      for (let next = queue.shift(); next; next = queue.shift())
        await encodeInProcess(process, next.picture, folder, { made: next.made, output: `limit-${number}` });
    };
    await Promise.all(lanes.map(lane));
    return batch.length / (performance.now() - startedAt);
  };
  const throughput = await interleave(limits, saturated, byLimit);

  say('cancelling');
  const cancels = await cancelTimesMs(stack, bySize[0]!, quick ? 4 : 30);
  const hits = await hitTimesMs(stack, pictures, quick ? 20 : 100);
  return [
    ratio('rpc_overhead', ours, theirs, 'CPU of the library in one process; callers and workers counted'),
    ratio(
      'throughput_vs_limit',
      throughput.ours,
      throughput.theirs,
      'one process per core that encodes knowing the answer',
    ),
    measured(
      'loop_delay_p99_ms',
      'ms',
      delays.map(({ service }) => service),
      'saturated, steps of 1 ms',
    ),
    measured(
      'loop_delay_p99_idle_ms',
      'ms',
      delays.map((each) => each.idle),
      'a process beside it that does nothing',
    ),
    ...cancels,
    ...hits,
    ...(await legacySix(there, largestFiles(pictures, 6), compress, folder, BUDGET - round)),
    ...failures('service_calls', calls),
  ];
}

function optionsOf(budget: number): CompressionOptions {
  return {
    maxSizeBytes: BigInt(budget),
    maxSidePixels: SIDE,
    acceptedFormats: [ImageFormat.JPEG],
    background: '',
    minQuality: 0,
    minScale: 0,
    alwaysEncode: true,
    tolerateTruncation: false,
    budgetEncoding: 0,
    estimateQuality: false,
  };
}

function serviceCpuMs(stack: BenchStack): number {
  return cpuMsOfTrees([stack.service('compression').pid]);
}

function everyNth<T>(all: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, index) => all[Math.floor(((index + 0.5) * all.length) / count)]!);
}

/** How long a caller waits for what was made before: one small picture in one call. */
async function hitTimesMs(
  { framesong }: BenchStack,
  pictures: readonly BenchPicture[],
  times: number,
): Promise<Figure[]> {
  const smallest = pictures.toSorted((a, b) => statSync(a.path).size - statSync(b.path).size)[0]!;
  const source = readFileSync(smallest.path);
  const request = { source, options: optionsOf(50 * 1024), asDataUri: undefined };
  const tookMs: number[] = [];
  for (let time = 0; time <= times; time++) {
    const startedAt = performance.now();
    const { facts } = await framesong.compression.rpc.compressImage(request, {});
    if (facts?.cache === CacheResult.HIT) tookMs.push(performance.now() - startedAt);
  }
  const against = `whole calls with ${Math.round(source.length / 1024)} KiB, as their caller sees them`;
  return tookMs.length > 0 ? [measured('cache_hit_ms_p50', 'ms', tookMs, against)] : [];
}

/** Those that take longest to read: what makes a reference large for whoever waits for it. */
function largestFiles(pictures: readonly BenchPicture[], count: number): BenchPicture[] {
  return pictures.toSorted((a, b) => statSync(b.path).size - statSync(a.path).size).slice(0, count);
}

/** Six large references: the legacy way takes one after the other, at full size since it knew no limit of the side. */
async function legacySix(
  there: ReadonlyMap<PeerName, string>,
  six: readonly BenchPicture[],
  compress: (picture: BenchPicture, budget: number) => Promise<unknown>,
  folder: string,
  budget: number,
): Promise<Figure[]> {
  if (!there.has('pillow')) return [];
  await using peers = startPeerRunner();
  const startedAt = performance.now();
  await Promise.all(six.map((picture) => compress(picture, budget)));
  const oursMs = performance.now() - startedAt;
  let legacyMs = 0;
  for (const { path } of six)
    legacyMs += (await peers.pillow({ path, budget: BUDGET, side: 0, output: join(folder, 'legacy') })).wallMs;
  const against = `${there.get('pillow')!}, ladder, one after the other, at full size: ${(legacyMs / 1000).toFixed(1)} s`;
  return [{ figure: 'wall_vs_legacy_six', value: oursMs / legacyMs, unit: 'ratio', against }];
}
