/**
 * How a method is treated. `control` answers from memory or one query; `work` occupies a slot; `transfer` moves bytes;
 * `watch` stays open.
 */
export type MethodClass = 'control' | 'work' | 'transfer' | 'watch';

/** Deadlines and limits of one method. */
export interface MethodPolicy {
  readonly class: MethodClass;
  /** Applies when the caller gives no deadline. */
  readonly defaultDeadlineMs: number;
  /** A longer deadline is shortened to this. */
  readonly maxDeadlineMs: number;
  /** Largest request message in bytes; at most the server's own limit of 1 MiB. */
  readonly maxRequestBytes: number;
  /** Refuse at once what cannot be done in the time that is left, by the median of past calls. */
  readonly refuseBelowMedian: boolean;
  /** No span and no metric: health and reflection. */
  readonly silent: boolean;
}

const CONTROL: MethodPolicy = {
  class: 'control',
  defaultDeadlineMs: 5_000,
  maxDeadlineMs: 60_000,
  maxRequestBytes: 64 * 1024,
  refuseBelowMedian: false,
  silent: false,
};

/** A policy that starts from `control` (5 s by default, 60 s at most, 64 KiB) with some values replaced. */
export function methodPolicy(changes: Partial<MethodPolicy> = {}): MethodPolicy {
  return { ...CONTROL, ...changes };
}

/** Health and reflection: long-lived, silent, never counted as work. */
export const INFRASTRUCTURE_POLICY = methodPolicy({
  class: 'watch',
  defaultDeadlineMs: Infinity,
  maxDeadlineMs: Infinity,
  silent: true,
});

/**
 * How long a call may work, when `leftMs` are left to the caller (Infinity when it gave no deadline). 2 % of what is left, 2
 * to 20 ms, are kept back for the way home, so that the answer, or the error that explains, still arrives.
 */
export function allowedMs(policy: MethodPolicy, leftMs: number): number {
  if (!Number.isFinite(leftMs)) return policy.defaultDeadlineMs;
  const returnMs = Math.min(20, Math.max(2, leftMs * 0.05));
  return Math.min(leftMs - returnMs, policy.maxDeadlineMs);
}
