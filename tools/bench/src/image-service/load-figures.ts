import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '../bench.ts';
import { failures, measured, ratio } from '../measure/figures.ts';
import { withLoopDelays } from '../measure/loop-delay.ts';
import { pssBytesOfTrees } from '../measure/process-tree.ts';
import type { Tally } from '../measure/tally.ts';
import { makeFrame, type FrameWish } from './frame-calls.ts';
import type { ProviderStack } from './provider-stack.ts';

const ATTACHED_CALLS = 20;
const LATENCY_MS = 2000;
const MEMORY_EVERY_MS = 200;
const MEBIBYTE = 1024 ** 2;

/** What twenty calls that wait at once do to the event loop and the memory of the service. */
export async function attachedFigures(
  all: ProviderStack,
  wish: FrameWish,
  rounds: number,
  frames: Tally,
): Promise<Figure[]> {
  const { stack, idle } = all;
  const service = stack.service('image-generation');
  await setWorkers(all, ATTACHED_CALLS);
  const makeAll = () => manyFrames(all, wish, ATTACHED_CALLS, frames);
  await makeAll();
  const delays: { service: number; idle: number }[] = [];
  const perCall: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = pssBytesOfTrees([service.pid]);
    const memory = watchMemory(service.pid);
    const { delays: measuredDelays } = await withLoopDelays([service, idle], makeAll);
    delays.push({ service: measuredDelays[0]!.p99Ms, idle: measuredDelays[1]!.p99Ms });
    perCall.push(Math.max(0, (await memory.highest()) - before) / ATTACHED_CALLS / MEBIBYTE);
  }
  const ofService = delays.map((each) => each.service);
  const ofIdle = delays.map((each) => each.idle);
  return [
    measured('loop_delay_p99_20_calls_ms', 'ms', ofService, `image-generation with ${ATTACHED_CALLS} attached calls`),
    measured('loop_delay_p99_idle_ms', 'ms', ofIdle, 'a process beside it that does nothing'),
    ratio('loop_delay_p99_vs_idle', ofService, ofIdle, 'a process beside it that does nothing'),
    measured('memory_per_call_mib', 'MiB', perCall, 'highest of the service and its workers, above what it had before'),
    ...failures('attached_frames', frames),
  ];
}

/** Pictures per second of a provider that takes two seconds, with so many of them made at once. */
export async function throughputFigures(
  all: ProviderStack,
  wish: FrameWish,
  rounds: number,
  frames: Tally,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const workers of [4, 64]) {
    await setWorkers(all, workers);
    const count = workers * rounds;
    const startedAt = performance.now();
    const cpuBefore = all.stack.cpuMs();
    await manyFrames(all, wish, count, frames);
    const seconds = (performance.now() - startedAt) / 1000;
    const limit = workers / (LATENCY_MS / 1000);
    const perSecond = count / seconds;
    const cpuMs = (all.stack.cpuMs() - cpuBefore) / count;
    const name = `throughput_${workers}_workers`;
    const against = `${count} pictures at once, ${limit} a second is what the latency allows`;
    figures.push(
      { figure: `${name}_per_s`, value: perSecond, unit: '1/s', against },
      { figure: `${name}_vs_latency`, value: perSecond / limit, unit: 'ratio', against },
      { figure: `${name}_cpu_ms`, value: cpuMs, unit: 'ms', against: 'per picture, of the services and PostgreSQL' },
    );
  }
  return [...figures, ...failures('throughput_frames', frames)];
}

/** Can be changed while it runs, which is what a new limit needs a moment for. */
async function setWorkers({ stack }: ProviderStack, concurrency: number): Promise<void> {
  const limits = { concurrency, perWorkerConcurrency: concurrency, maxWaiting: undefined, reset: false };
  await stack.framesong.imageGeneration.jobs.setQueueLimit({ name: 'images', ...limits });
  await delay(1500);
}

async function manyFrames({ stack }: ProviderStack, wish: FrameWish, count: number, frames: Tally): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, () => frames.attempt('a frame', () => makeFrame(stack.framesong, wish))),
  );
}

function watchMemory(pid: number): { highest(): Promise<number> } {
  const stop = new AbortController();
  let highest = 0;
  const watching = (async () => {
    while (!stop.signal.aborted) {
      highest = Math.max(highest, pssBytesOfTrees([pid]));
      await delay(MEMORY_EVERY_MS);
    }
  })();
  return {
    async highest() {
      stop.abort();
      await watching;
      return highest;
    },
  };
}
