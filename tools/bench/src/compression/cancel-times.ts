import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { compressImage } from '@framesong/client';
import { ImageFormat } from '@framesong/contracts/compression/v1/compression_service';
import type { Figure } from '../bench.ts';
import { measured } from '../measure/figures.ts';
import { cpuMsOfTrees } from '../measure/process-tree.ts';
import type { BenchStack } from '../processes/bench-stack.ts';
import type { BenchPicture } from './pictures.ts';

/** AVIF at full size takes seconds: a worker that has worked this long is in the middle of a native encode. */
const CANCEL_AFTER_CPU_MS = 500;
const LIMIT_MS = 5_000;

/** Time from a caller's cancel in the middle of an encode until the worker that did it is gone. */
export async function cancelTimesMs(stack: BenchStack, picture: BenchPicture, times: number): Promise<Figure[]> {
  const tookMs: number[] = [];
  let late = 0;
  for (let time = 0; time < times; time++) {
    const cancel = new AbortController();
    const before = workersOf(stack);
    const call = compressImage(
      stack.framesong.compression,
      picture.path,
      {
        ...{ maxSizeBytes: BigInt(300 * 1024 - time), maxSidePixels: 0, acceptedFormats: [ImageFormat.AVIF] },
        ...{
          background: '',
          minQuality: 0,
          minScale: 0,
          alwaysEncode: true,
          tolerateTruncation: false,
          budgetEncoding: 0,
          estimateQuality: false,
        },
      },
      { signal: cancel.signal, timeoutMs: 60_000 },
    ).then(
      () => 'done' as const,
      () => 'ended' as const,
    );
    const ended = new AbortController();
    void call.then(() => ended.abort());
    if ((await Promise.race([call, hasWorked(before, ended.signal)])) !== 'going on') continue;
    const startedAt = performance.now();
    cancel.abort();
    while (before.every((pid) => existsSync(`/proc/${pid}`)) && performance.now() - startedAt < LIMIT_MS)
      await delay(1);
    const took = performance.now() - startedAt;
    if (took < LIMIT_MS) tookMs.push(took);
    else late++;
    await call;
  }
  if (tookMs.length === 0) return [];
  const { value, ...rest } = measured(
    'cancel_ms_p50',
    'ms',
    tookMs,
    "caller's cancel in mid-encode until the worker's exit",
  );
  const sorted = tookMs.toSorted((a, b) => a - b);
  const p99 = sorted[Math.min(sorted.length - 1, Math.ceil(0.99 * sorted.length) - 1)]!;
  return [
    { value, ...rest },
    { ...rest, figure: 'cancel_ms_p99', value: p99 },
    { figure: 'cancels_without_exit', value: late, unit: 'count', against: `${times} tried` },
  ];
}

/** Resolves once these processes, which did nothing, have worked for a while; or when `signal` fires. */
async function hasWorked(pids: readonly string[], signal: AbortSignal): Promise<'going on'> {
  const cpuMs = () => cpuMsOfTrees(pids.map(Number));
  const wantedMs = cpuMs() + CANCEL_AFTER_CPU_MS;
  while (cpuMs() < wantedMs && !signal.aborted) await delay(50);
  return 'going on';
}

function workersOf(stack: BenchStack): string[] {
  const { pid } = stack.service('compression');
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/);
}
