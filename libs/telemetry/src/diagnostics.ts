import { DiagLogLevel, diag } from '@opentelemetry/api';

import { log } from './log.ts';

const QUIET_MS = 60_000;

/**
 * Lets faults of the exporters reach the log: one line per minute, so that a collector that is down does not fill it (and
 * the lines, which are exported too, do not feed themselves).
 */
export function reportExportFaults(): void {
  let lastMs = -Infinity;
  let suppressed = 0;
  const report = (message: string) => {
    if (performance.now() - lastMs < QUIET_MS) {
      suppressed++;
      return;
    }
    lastMs = performance.now();
    log.warn({ detail: message.slice(0, 300), suppressed }, 'telemetry has a problem');
    suppressed = 0;
  };
  const nothing = () => undefined;
  diag.setLogger(
    { error: report, warn: report, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
