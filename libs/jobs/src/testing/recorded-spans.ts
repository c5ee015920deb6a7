import {
  context,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type ContextManager,
  type Span,
  type SpanContext,
  type SpanOptions,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** What a test sees of a span. */
export interface RecordedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | undefined;
  readonly linkedIds: readonly string[];
  readonly attributes: Record<string, unknown>;
}

/** Puts a recorder in the place of the telemetry SDK; returns the list that it fills as spans start. */
export function recordSpans(): RecordedSpan[] {
  const spans: RecordedSpan[] = [];
  const start = (name: string, options: SpanOptions = {}, parent: Context = context.active()): Span => {
    const above = options.root === true ? undefined : trace.getSpanContext(parent);
    const spanContext: SpanContext = {
      traceId: above?.traceId ?? randomBytes(16).toString('hex'),
      spanId: randomBytes(8).toString('hex'),
      traceFlags: 1,
    };
    const attributes: Record<string, unknown> = { ...options.attributes };
    const linkedIds = (options.links ?? []).map((link) => link.context.spanId);
    spans.push({
      name,
      traceId: spanContext.traceId,
      id: spanContext.spanId,
      parentId: above?.spanId,
      linkedIds,
      attributes,
    });
    const span: Span = Object.assign(trace.wrapSpanContext(spanContext), {
      setAttribute(key: string, value: unknown) {
        attributes[key] = value;
        return span;
      },
      setAttributes(more: Record<string, unknown>) {
        Object.assign(attributes, more);
        return span;
      },
    });
    return span;
  };
  const startActiveSpan = (name: string, ...rest: unknown[]): unknown => {
    const work = rest.pop() as (span: Span) => unknown;
    const parent = (rest[1] as Context | undefined) ?? context.active();
    const span = start(name, rest[0] as SpanOptions | undefined, parent);
    return context.with(trace.setSpan(parent, span), work, undefined, span);
  };
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan: start, startActiveSpan }) });
  context.setGlobalContextManager(createContextManager());
  propagation.setGlobalPropagator(traceparent);
  return spans;
}

/** Source of the header: W3C Trace Context. */
const traceparent: TextMapPropagator = {
  inject(of, carrier, setter) {
    const spanContext = trace.getSpanContext(of);
    if (spanContext) setter.set(carrier, 'traceparent', `00-${spanContext.traceId}-${spanContext.spanId}-01`);
  },
  extract(of, carrier, getter) {
    const [, traceId, spanId] = String(getter.get(carrier, 'traceparent') ?? '').split('-');
    if (traceId === undefined || spanId === undefined) return of;
    return trace.setSpanContext(of, { traceId, spanId, traceFlags: 1, isRemote: true });
  },
  fields: () => ['traceparent'],
};

function createContextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (of, work, self, ...args) => storage.run(of, () => work.call(self as never, ...args)),
    bind: (_of, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}
