import type { JobEvent } from '@framesong/contracts/job/v1/job';
import type { Outlook } from '@framesong/contracts/job/v1/outlook';
import { toFramesongError } from '@framesong/errors';
import type { CallOptions } from '@framesong/rpc';
import type { JobClient } from './framesong.ts';
import { remainingTime } from './remaining-time.ts';
import { isPassing, retryDelay } from './retry.ts';

/** How to watch. `timeoutMs` holds for the watch as a whole; without it the watch lasts as long as the job. */
export interface WatchOptions extends CallOptions {
  /** Only events after this one. Default 0: all. */
  readonly afterSequence?: number;
  /** Told each time the connection was lost and is looked for again; counts from 1 since the last message. */
  readonly onReconnect?: (attempt: number) => void;
  /** Told with each event and at each heartbeat what is to be expected from now on; before the event is given. */
  readonly onOutlook?: (outlook: Outlook) => void;
}

/**
 * The events of a job, each once and in order, until the final one. When the connection breaks, the service restarts or its
 * own limit for one watch passes, it goes on after the last event seen, until `signal` fires or the time is up. To leave
 * earlier, leave the loop: the job is not touched by that.
 * @throws FramesongError as WatchJob, UNAVAILABLE only when the time is up before the service is back
 */
export async function* watchJob(jobs: JobClient, jobId: string, options: WatchOptions = {}): AsyncGenerator<JobEvent> {
  const { afterSequence = 0, onReconnect, onOutlook, ...callOptions } = options;
  const time = remainingTime(callOptions);
  let after = BigInt(afterSequence);
  for (let attempt = 1; ; attempt++) {
    try {
      for await (const { event, outlook } of jobs.watchJob({ jobId, afterSequence: after }, time.options())) {
        attempt = 1;
        if (outlook) onOutlook?.(outlook);
        if (!event || event.sequence <= after) continue;
        after = event.sequence;
        yield event;
      }
      return;
    } catch (thrown) {
      const error = toFramesongError(thrown);
      // The service ends a watch after some minutes; the caller's own time may last longer.
      const isLimitOfService = error.code === 'DEADLINE_EXCEEDED' && !options.signal?.aborted && !time.hasPassed();
      if (!isLimitOfService && !isPassing(error)) throw error;
      if (!isLimitOfService) onReconnect?.(attempt);
      await retryDelay(attempt, error, options.signal, time);
    }
  }
}
