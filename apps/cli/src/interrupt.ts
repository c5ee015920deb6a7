import { FramesongError } from '@framesong/errors';
import { INTERRUPTED } from './exit-codes.ts';

/** A launcher passes a signal on that the terminal has sent here as well; both count as one. */
const SAME_PRESS_MS = 500;

/** Ctrl-C and SIGTERM as an abort signal. */
export interface Interrupt extends Disposable {
  /** Its reason is an error with the reason INTERRUPTED. */
  readonly signal: AbortSignal;
}

/** Listens for Ctrl-C; the second one ends the process at once. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const interrupt = (signal: NodeJS.Signals) => {
    if (firstAt !== undefined && performance.now() - firstAt > SAME_PRESS_MS)
      process.exit(signal === 'SIGINT' ? 130 : 143);
    firstAt ??= performance.now();
    controller.abort(
      new FramesongError('interrupted', { code: 'CANCELLED', reason: INTERRUPTED, metadata: { signal } }),
    );
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}
