import { AsyncLocalStorage } from 'node:async_hooks';
import { deadlineExceeded, throwIfAborted } from '@framesong/errors';
import type { Language } from './language.ts';

/** Who calls. On loopback without TLS nobody is known and the tenant comes from the request. */
export interface CallerIdentity {
  readonly subject: string;
  readonly tenant: string;
}

/** What surrounds a piece of work: how long it may take, and when it must stop. */
export interface WorkContext {
  /** Fires on deadline, cancel, disconnect and shutdown alike; its reason is a `FramesongError`. All I/O takes it. */
  readonly signal: AbortSignal;
  /** When the time is up, in milliseconds since the epoch; Infinity for never. */
  readonly deadlineEpochMs: number;
}

/** The one context of a call on a server. */
export interface CallContext extends WorkContext {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** Address of the caller, for logs. */
  readonly peer: string;
  /** Absent where callers are not identified. */
  readonly identity?: CallerIdentity;
  /** Whose jobs and artifacts the call sees: of the identity, else the request metadata `framesong-tenant`, else `default`. */
  readonly tenant: string;
  /** What the caller reads, by the request metadata `accept-language`. */
  readonly language: Language;
  /** Milliseconds left for the work; the way back is already taken off. */
  remainingMs(): number;
}

const storage = new AsyncLocalStorage<WorkContext>();

/** The context of the surrounding call or job, if any. Client calls inside it end with it. */
export function currentContext(): WorkContext | undefined {
  return storage.getStore();
}

/** Runs `work` inside `context`, so that every client call in it inherits signal and deadline. */
export function runInContext<T>(context: WorkContext, work: () => T): T {
  return storage.run(context, work);
}

/**
 * The share of what is left that may be spent on one sub-call, in milliseconds.
 * @param stage names the sub-call in the error when nothing is left
 * @throws FramesongError DEADLINE_EXCEEDED when less than `minimumMs` is left, or what the signal stands for
 */
export function budgetMs(context: WorkContext, stage: string, ownMs: number, minimumMs = 1): number {
  throwIfAborted(context.signal);
  const leftMs = context.deadlineEpochMs - Date.now();
  if (leftMs < minimumMs) {
    throw deadlineExceeded(`${stage}: ${Math.max(0, Math.round(leftMs))} ms left, needs at least ${minimumMs} ms`, {
      stage,
    });
  }
  return Math.min(ownMs, leftMs);
}
