import { errorOfSignal } from '@framesong/errors';

/**
 * Calls `then` once when a signal means that nobody wants the work any more, also when it has fired already: then no event
 * comes. A process that ends is no such reason: what it has ordered is taken up again by the next one. Disposing ends the wait.
 */
export function whenGivenUp(signal: AbortSignal, then: () => Promise<unknown>): Disposable {
  const look = (): void => {
    const { code } = errorOfSignal(signal);
    if (code === 'CANCELLED' || code === 'DEADLINE_EXCEEDED') void then();
  };
  if (signal.aborted) look();
  else signal.addEventListener('abort', look, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', look) };
}
