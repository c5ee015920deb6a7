import type { FramesongError } from '@framesong/errors';

/** A clock that fires a signal; it runs from `start` to `stop`. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  start(): void;
  stop(): void;
}

/** Without a limit the signal never fires. */
export function timeLimit(limitMs: number | undefined, error: () => FramesongError): TimeLimit {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  return {
    signal: controller.signal,
    start() {
      stop();
      if (limitMs !== undefined) timer = setTimeout(() => controller.abort(error()), limitMs);
    },
    stop,
  };
}
