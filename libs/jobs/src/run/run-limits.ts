import { cancelled, FramesongError, unavailable } from '@framesong/errors';

/**
 * Why a run is ended from outside. `left`: this process stops and the job goes on in the next; `taken_over`: a peer has it;
 * `cut_off`: this process has not reached the database for so long that a peer may have it.
 */
export type RunEnd = 'cancelled' | 'run_timeout' | 'expire_time' | 'left' | 'taken_over' | 'cut_off';

export interface RunLimits {
  readonly signal: AbortSignal;
  /** Set once the signal has fired. */
  readonly ended: RunEnd | undefined;
  /** Running time of all attempts so far. */
  usedMs(): number;
  remainingMs(): number;
  end(why: RunEnd, error: FramesongError): void;
  /** Stops the clocks. */
  dispose(): void;
}

// setTimeout takes no more; longer limits are set again when it fires.
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The two clocks of a job and its signal. */
export function startLimits(options: {
  readonly runTimeoutMs: number | undefined;
  readonly usedBeforeMs: number;
  readonly expireTime: Date | undefined;
  /** Called when a limit runs out; makes the error that tells how the time was spent. */
  readonly explain: (end: 'run_timeout' | 'expire_time', usedMs: number) => FramesongError;
}): RunLimits {
  const controller = new AbortController();
  const startedAt = performance.now();
  let ended: RunEnd | undefined;
  let timer: NodeJS.Timeout | undefined;

  const usedMs = (): number => options.usedBeforeMs + performance.now() - startedAt;
  const leftOfRunMs = (): number => (options.runTimeoutMs ?? Infinity) - usedMs();
  const leftToExpiryMs = (): number => (options.expireTime?.getTime() ?? Infinity) - Date.now();
  const remainingMs = (): number => Math.max(0, Math.min(leftOfRunMs(), leftToExpiryMs()));

  const end = (why: RunEnd, error: FramesongError): void => {
    if (ended !== undefined) return;
    ended = why;
    clearTimeout(timer);
    controller.abort(error);
  };
  const watchClock = (): void => {
    if (ended !== undefined) return;
    const remaining = remainingMs();
    if (remaining <= 0) {
      const which = leftOfRunMs() <= leftToExpiryMs() ? 'run_timeout' : 'expire_time';
      end(which, options.explain(which, usedMs()));
    } else if (remaining !== Infinity) {
      timer = setTimeout(watchClock, Math.min(Math.ceil(remaining), MAX_TIMER_MS));
    }
  };
  watchClock();

  return {
    signal: controller.signal,
    get ended() {
      return ended;
    },
    usedMs,
    remainingMs,
    end,
    dispose: () => clearTimeout(timer),
  };
}

/** Why the signal fired: somebody cancelled the job. */
export function jobCancelled(): FramesongError {
  return cancelled('the job was cancelled');
}

/** Why the signal fired: the process ends. The job goes on with the next one. */
export function processEnds(): FramesongError {
  return unavailable('this worker is stopping; the job goes on in the next one', 'WORKER_STOPPING', 1000);
}

/** Why the signal fired: another worker took the job over because this one seemed dead. */
export function takenOver(): FramesongError {
  return new FramesongError('another worker has taken this job over', { code: 'ABORTED', reason: 'JOB_TAKEN_OVER' });
}

/** Why the signal fired: nobody knows whether this worker still has the job. It goes on here or elsewhere. */
export function cutOff(): FramesongError {
  return unavailable('this worker has lost its database; the job goes on when it is back', 'WORKER_CUT_OFF', 1000);
}
