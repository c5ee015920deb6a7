import { ATTR, errorType } from '@framesong/telemetry';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api';

/** A trace context as W3C headers: `traceparent` and what goes with it. */
export type TraceCarrier = Readonly<Record<string, string>>;

/** The context that is active now, as headers. */
export function activeCarrier(): TraceCarrier {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

export function contextOf(carrier: TraceCarrier): Context {
  return propagation.extract(ROOT_CONTEXT, carrier);
}

/** Trace id of a carrier, undefined when it carries none. */
export function traceIdOf(carrier: TraceCarrier): string | undefined {
  return trace.getSpanContext(contextOf(carrier))?.traceId;
}

/** Links to what these carriers point at. */
export function linksTo(carriers: readonly (TraceCarrier | undefined)[]): Link[] {
  return carriers
    .map((carrier) => carrier && trace.getSpanContext(contextOf(carrier)))
    .filter((spanContext) => spanContext !== undefined)
    .map((spanContext) => ({ context: spanContext }));
}

export interface SpanPlace {
  readonly name: string;
  readonly kind: SpanKind;
  readonly parent: Context;
  readonly links?: Link[];
  readonly attributes: Attributes;
}

/** Runs `work` in a span; a thrown error marks it. */
export function inSpan<T>(place: SpanPlace, work: (span: Span) => Promise<T>): Promise<T> {
  // By name at each call: a tracer taken before telemetry starts would stay silent.
  const tracer = trace.getTracer('framesong');
  const { name, kind, attributes, links = [], parent } = place;
  return tracer.startActiveSpan(name, { kind, attributes, links }, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Marks a span as failed by the code of the error, without its text. */
export function markFailed(span: Span, error: unknown): void {
  span.setAttribute(ATTR.errorType, errorType(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
