import { SeverityNumber, logs, trace, type Context } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';

import { ATTR, EVENTS } from './registry.ts';

let started = 0;
let ended = 0;

/** How many recorded spans of this process have begun and ended. Without work under way both are the same. */
export function spanCounts(): { readonly started: number; readonly ended: number } {
  return { started, ended };
}

/** Keeps `spanCounts`. */
export function createSpanCounter(): SpanProcessor {
  return {
    onStart: () => {
      started++;
    },
    onEnd: () => {
      ended++;
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

/** Sends `framesong.span.start` for each span that begins: a span itself is exported only when it ends. */
export function createSpanStartEvents(): SpanProcessor {
  return {
    onStart: (span: Span, parent: Context) =>
      logs.getLogger('framesong').emit({
        eventName: EVENTS.spanStart.name,
        severityNumber: SeverityNumber.DEBUG,
        attributes: {
          [ATTR.spanName]: span.name,
          [ATTR.spanParentId]: span.parentSpanContext?.spanId ?? '',
        },
        context: trace.setSpan(parent, span),
      }),
    onEnd: () => undefined,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}
