import { errorOfSignal, FramesongError } from '@framesong/errors';

/** Limits of one class of calls. */
export interface AdmissionLimits {
  /** Calls at work at once. */
  readonly slots: number;
  /** Calls that may wait for a slot. */
  readonly queue: number;
  /** How long one may wait. */
  readonly maxWaitMs: number;
}

/** A held slot; give it back once. */
export type Release = () => void;

/**
 * A fixed number of slots and a short first-in-first-out queue. Without it a server at three times its load does almost
 * only work that nobody waits for any more.
 */
export class Admission {
  private active = 0;
  private readonly waiting: (() => void)[] = [];
  private meanHoldMs = 100;
  private readonly limits: AdmissionLimits;

  constructor(limits: AdmissionLimits) {
    this.limits = limits;
  }

  /**
   * Waits for a slot.
   * @throws FramesongError RESOURCE_EXHAUSTED with retry advice when the queue is full or the wait too long; what the
   *   signal stands for when it fires first
   */
  enter(signal: AbortSignal): Promise<Release> {
    if (signal.aborted) return Promise.reject(errorOfSignal(signal));
    if (this.active < this.limits.slots) return Promise.resolve(this.hold());
    if (this.waiting.length >= this.limits.queue) return Promise.reject(this.refusal('the queue is full'));
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        const index = this.waiting.indexOf(admit);
        this.waiting.splice(index, 1);
      };
      const onAbort = () => {
        leave();
        reject(errorOfSignal(signal));
      };
      const admit = () => {
        leave();
        resolve(this.hold());
      };
      const timer = setTimeout(() => {
        leave();
        reject(this.refusal('no slot became free in time'));
      }, this.limits.maxWaitMs);
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(admit);
    });
  }

  private hold(): Release {
    this.active++;
    const startedAt = performance.now();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.active--;
      this.meanHoldMs += (performance.now() - startedAt - this.meanHoldMs) * 0.1;
      this.waiting[0]?.();
    };
  }

  private refusal(why: string): FramesongError {
    const rounds = (this.waiting.length + 1) / this.limits.slots;
    const retryAfterMs = Math.round(Math.min(30_000, Math.max(50, rounds * this.meanHoldMs)));
    return new FramesongError(`the service is busy: ${why}; repeat in ${retryAfterMs} ms`, {
      code: 'RESOURCE_EXHAUSTED',
      reason: 'SERVER_BUSY',
      retryAfterMs,
      metadata: { slots: String(this.limits.slots), queue: String(this.limits.queue) },
    });
  }
}
