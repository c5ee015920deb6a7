import { toFramesongError } from '@framesong/errors';
import type { CallOptions } from '@framesong/rpc';
import { remainingTime } from './remaining-time.ts';
import { isPassing, retryDelay } from './retry.ts';

const MAX_TRIES = 5;

/**
 * Makes a call whose repeat is safe, up to five times while the service is away, within the one deadline of `options`.
 * @throws FramesongError as the call; the last one when all tries failed
 */
export async function repeat<T>(options: CallOptions, call: (options: CallOptions) => Promise<T>): Promise<T> {
  const time = remainingTime(options);
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(time.options());
    } catch (thrown) {
      const error = toFramesongError(thrown);
      if (!isPassing(error) || attempt === MAX_TRIES) throw error;
      await retryDelay(attempt, error, options.signal, time);
    }
  }
}
