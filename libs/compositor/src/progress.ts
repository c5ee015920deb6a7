import { throwIfAborted } from '@framesong/errors';
import { setImmediate } from 'node:timers/promises';
import type { FrameProgress, FrameStage } from './frame.ts';

/** Counts finished steps, reports them, and stops the work between two of them. */
export interface StepReporter {
  /** Reports a finished step, then throws what the signal stands for when it has fired. */
  finished(stage: FrameStage, detail: string): Promise<void>;
}

/** A reporter for `total` steps. */
export function createStepReporter(
  total: number,
  onProgress: ((event: FrameProgress) => void) | undefined,
  signal: AbortSignal | undefined,
): StepReporter {
  let done = 0;
  return {
    async finished(stage, detail) {
      done++;
      onProgress?.({ stage, done, total, detail });
      // Some steps never wait: without this turn of the event loop a message that aborts could not arrive.
      await setImmediate();
      throwIfAborted(signal);
    },
  };
}
