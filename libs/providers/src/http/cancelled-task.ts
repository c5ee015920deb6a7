import { toFramesongError, type Outcome } from '@framesong/errors';
import { whenGivenUp } from './given-up.ts';

/**
 * Waits for a task, and has it cancelled when nobody wants it any more.
 * @param cancel gives what the end costs once the provider has confirmed the cancel, and undefined where it has not; bounded
 * @throws whatever `wait` throws; of a task whose cancel is confirmed with that outcome and `providerTask: cancelled`
 */
export async function cancelledWhenGivenUp<T>(
  signal: AbortSignal,
  cancel: () => Promise<Outcome | undefined>,
  wait: () => Promise<T>,
): Promise<T> {
  let cancelling: Promise<Outcome | undefined> | undefined;
  using cancelled = new DisposableStack();
  cancelled.use(whenGivenUp(signal, () => (cancelling = cancel().catch(() => undefined))));
  try {
    return await wait();
  } catch (thrown) {
    const outcome = await cancelling;
    if (outcome === undefined) throw thrown;
    throw toFramesongError(thrown).with({ outcome, metadata: { providerTask: 'cancelled' } });
  }
}
