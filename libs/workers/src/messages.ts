import type { PlainError } from '@framesong/errors';

/** What the pool sends to a worker process. One task at a time; `id` counts up within one process. */
export type ToWorker =
  | { readonly kind: 'run'; readonly id: number; readonly task: string; readonly payload: unknown }
  | { readonly kind: 'abort'; readonly id: number };

/** What a worker measured when a task ended. */
export interface WorkerUsage {
  /** Processor time of the whole process during the task, user and system, in milliseconds. */
  readonly cpuMs: number;
  /** Resident memory after the task. */
  readonly rssBytes: number;
}

/** What a worker process sends back. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly event: unknown }
  | ({ readonly kind: 'done'; readonly id: number; readonly value: unknown } & WorkerUsage)
  | ({
      readonly kind: 'failed';
      readonly id: number;
      readonly error: PlainError;
      /** Stack of the error, for the log only. */
      readonly stack: string | undefined;
    } & WorkerUsage);
