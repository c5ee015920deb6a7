import { INVALID_SPAN_CONTEXT, trace, type Attributes, type Span, type Tracer } from '@opentelemetry/api';

/** A span that has ended. */
export interface EndedSpan {
  readonly name: string;
  readonly status: unknown;
  readonly ends: number;
}

/** Records what is told to spans through the API, and tells of each end. Dispose it to record no more. */
export function recordSpans(onEnd?: () => void): { readonly ended: EndedSpan[]; [Symbol.dispose](): void } {
  const ended: EndedSpan[] = [];
  const tracer: Tracer = {
    startSpan: (name) =>
      recordedSpan(name, (span) => {
        ended.push(span);
        onEnd?.();
      }),
    startActiveSpan: () => {
      throw new Error('the kit makes no active spans');
    },
  };
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  return { ended, [Symbol.dispose]: () => trace.disable() };
}

function recordedSpan(name: string, onEnd: (span: EndedSpan) => void): Span {
  const attributes: Attributes = {};
  let ends = 0;
  const span: Span = {
    spanContext: () => ({ ...INVALID_SPAN_CONTEXT, traceId: '0af7651916cd43dd8448eb211c80319c' }),
    setAttribute: (key, value) => {
      attributes[key] = value;
      return span;
    },
    setAttributes: (more) => {
      Object.assign(attributes, more);
      return span;
    },
    addEvent: () => span,
    addLink: () => span,
    addLinks: () => span,
    setStatus: () => span,
    updateName: () => span,
    isRecording: () => true,
    recordException: () => undefined,
    end: () => onEnd({ name, status: attributes['rpc.status_code'], ends: ++ends }),
  };
  return span;
}
