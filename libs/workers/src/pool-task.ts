import { AsyncLocalStorage } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { toFramesongError, type FramesongError } from '@framesong/errors';
import type { RunOptions } from './worker-pool-api.ts';

/** What a finished task gives back, with waiting told apart from working. */
export interface WorkerResult<T> {
  readonly value: T;
  /** From the call to the moment a process took the task, in milliseconds. */
  readonly waitMs: number;
  /** From there to the result, a repeat after a crash included. */
  readonly runMs: number;
  /** Processor time of the process that finished it. */
  readonly cpuMs: number;
}

/** A task on its way through the pool: queued, then started, then settled once. */
export class PoolTask {
  readonly name: string;
  readonly payload: unknown;
  readonly weightBytes: number;
  /** Processes that may still crash under it before it fails. */
  repeatsLeft: number;
  private readonly onProgress: (event: unknown) => void;
  private readonly queuedAtMs = performance.now();
  private readonly start = Promise.withResolvers<undefined>();
  private readonly finish = Promise.withResolvers<WorkerResult<unknown>>();
  private startedAtMs: number | undefined;
  private stopWork: (() => void) | undefined;
  private isSettled = false;

  constructor(name: string, payload: unknown, options: RunOptions) {
    this.name = name;
    this.payload = payload;
    this.weightBytes = options.weightBytes ?? 0;
    this.repeatsLeft = (options.retryOnCrash ?? true) ? 1 : 0;
    // Events of child processes come without the caller's async context: its trace would be lost to the listener.
    this.onProgress = AsyncLocalStorage.bind(options.onProgress ?? (() => undefined));
    // It may settle before anybody listens.
    this.finish.promise.catch(() => undefined);
  }

  get hasStarted(): boolean {
    return this.startedAtMs !== undefined;
  }

  get settled(): boolean {
    return this.isSettled;
  }

  /** Settles when a process takes the task; rejects when none ever will. */
  async started(): Promise<void> {
    await Promise.race([this.start.promise, this.finish.promise]);
  }

  finished(): Promise<WorkerResult<unknown>> {
    return this.finish.promise;
  }

  /** @param stopWork ends the work from now on. */
  markStarted(stopWork?: () => void): void {
    this.startedAtMs ??= performance.now();
    this.stopWork = stopWork;
    this.start.resolve(undefined);
  }

  progress(event: unknown): void {
    if (this.isSettled) return;
    try {
      this.onProgress(event);
    } catch (thrown) {
      this.stop(toFramesongError(thrown));
    }
  }

  /** Returns the run time in milliseconds. */
  succeed(value: unknown, cpuMs: number): number {
    const startedAtMs = this.startedAtMs ?? this.queuedAtMs;
    const runMs = performance.now() - startedAtMs;
    this.isSettled = true;
    this.finish.resolve({ value, waitMs: startedAtMs - this.queuedAtMs, runMs, cpuMs });
    return runMs;
  }

  fail(error: FramesongError): void {
    this.isSettled = true;
    this.finish.reject(error);
  }

  /** Fails the task now; its process follows within the grace. */
  stop(error: FramesongError): void {
    if (this.isSettled) return;
    this.fail(error);
    this.stopWork?.();
  }
}
