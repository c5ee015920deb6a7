import { SeverityNumber, logs, type Attributes } from '@opentelemetry/api';

import { redact } from './redact.ts';
import type { EVENTS } from './registry.ts';

/**
 * Sends an event of the registry through the logs pipeline, with the ids of the active span. It leaves the process within
 * the log delay, also while its span still runs. Not written to stdout.
 */
export function emitEvent(event: (typeof EVENTS)[keyof typeof EVENTS], attributes: Attributes, body?: string): void {
  logs.getLogger('framesong').emit({
    eventName: event.name,
    severityNumber: SeverityNumber.INFO,
    attributes: redact(attributes) as Attributes,
    ...(body !== undefined && { body }),
  });
}
