import type { JobEvent } from '@framesong/contracts/job/v1/job';
import { toFramesongError } from '@framesong/errors';
import type { CallOptions } from '@framesong/rpc';
import type { JobClient } from './framesong.ts';
import { isPassing, retryDelay } from './retry.ts';

/** How to watch. */
export interface WatchOptions extends CallOptions {
  /** Only events after this one. Default 0: all. */
  readonly afterSequence?: number;
  /** Told each time the connection was lost and is looked for again. */
  readonly onReconnect?: (attempt: number) => void;
}

/**
 * The events of a job, each once and in order, until the final one. When the connection breaks or the service restarts it
 * goes on after the last event seen, until `signal` fires.
 * @throws FramesongError as WatchJob, UNAVAILABLE excepted
 */
export async function* watchJob(jobs: JobClient, jobId: string, options: WatchOptions = {}): AsyncGenerator<JobEvent> {
  let after = BigInt(options.afterSequence ?? 0);
  for (let attempt = 1; ; attempt++) {
    try {
      for await (const { event } of jobs.watchJob({ jobId, afterSequence: after }, options)) {
        attempt = 1;
        if (!event || event.sequence <= after) continue;
        after = event.sequence;
        yield event;
      }
      return;
    } catch (thrown) {
      const error = toFramesongError(thrown);
      if (!isPassing(error)) throw error;
      options.onReconnect?.(attempt);
      await retryDelay(attempt, error, options.signal);
    }
  }
}
