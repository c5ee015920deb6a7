import { constants } from 'node:os';

/** A signal so soon after the first is an echo: Ctrl-C reaches the whole process group, and npm passes it on once more. */
const ECHO_MS = 500;

/**
 * Calls `onSignal` for SIGTERM and SIGINT. The second one of the same kind ends the process at once, with 143 or 130. One of
 * the other kind does not: whoever started the service may answer the Ctrl-C that both got with a SIGTERM.
 */
export function onStopSignals(onSignal: (signal: NodeJS.Signals) => void): void {
  const firstSeenMs = new Map<NodeJS.Signals, number>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      const firstMs = firstSeenMs.get(signal);
      if (firstMs === undefined) firstSeenMs.set(signal, performance.now());
      else if (performance.now() - firstMs > ECHO_MS) process.exit(128 + constants.signals[signal]);
      onSignal(signal);
    });
  }
}
