import type { WorkerResult } from './pool-task.ts';

/** What a pool is made of. */
export interface WorkerPoolOptions {
  /** Stands in log lines, spans and refusals. */
  readonly name: string;
  /** The worker file (`.ts`, or a bundled `.mjs`): an absolute path or a file URL. It calls `serveWorker`. */
  readonly entry: URL | string;
  /** Processes; 0 means one per processor core. */
  readonly size: number;
  /** How far the processes stand back behind this one, 0 to 19. Default 10. */
  readonly niceness?: number;
  /** A process over this resident memory after a task is replaced. Default 1 GB. */
  readonly memoryCapBytes?: number;
  /** A process is replaced after this many tasks. Default 500. */
  readonly maxTasksPerWorker?: number;
  /** Tasks that may wait. Default 64. */
  readonly queueLimit?: number;
  /** Tasks whose `weightBytes` come to more do not run together; a heavier one runs alone. Default no limit. */
  readonly weightLimitBytes?: number;
  /** The whole environment of the processes, besides `MALLOC_ARENA_MAX`: nothing is inherited, so no secret is either. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How one task is run. */
export interface RunOptions {
  /** Ends the work: the promise rejects at once, and a process that still works on it 30 ms later is killed. */
  readonly signal?: AbortSignal | undefined;
  /** Called in order, in the caller's async context. When it throws, the task fails with that. */
  readonly onProgress?: ((event: unknown) => void) | undefined;
  /** Whether the task is repeated once when its process crashed under it. Default true. */
  readonly retryOnCrash?: boolean;
  /** Memory the task is expected to need, for `weightLimitBytes`. Default 0. */
  readonly weightBytes?: number;
  /** Put around the work alone, waiting left out: for a span of it. Calls `work` once and passes on what it gives. */
  readonly aroundWork?: <R>(work: () => Promise<R>) => Promise<R>;
}

/** A fixed number of child processes that run CPU-bound tasks in the order of the calls. */
export interface WorkerPool extends AsyncDisposable {
  /**
   * Runs a task of the worker file. Payload, progress and result are structured-cloned.
   * Waiting for a process is a stage of its own (`wait pool`); the work is left to the caller to wrap (`aroundWork`).
   * @throws FramesongError of the task itself; what the signal stands for; RESOURCE_EXHAUSTED `POOL_BUSY` with a computed
   * delay when the queue is full; INTERNAL `WORKER_CRASHED` when the process ended under the task, twice where it is
   * repeated, and `WORKER_START_FAILED` when none can be started; UNAVAILABLE `POOL_CLOSED`.
   */
  run<T>(task: string, payload: unknown, options?: RunOptions): Promise<WorkerResult<T>>;
  /** Processes, tasks that were given to one, tasks that wait. */
  stats(): { readonly size: number; readonly active: number; readonly pending: number };
  /** Kills all processes and resolves when they are gone. Running and waiting tasks fail with `POOL_CLOSED`. */
  close(): Promise<void>;
}
