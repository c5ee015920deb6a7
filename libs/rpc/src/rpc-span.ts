import { Metadata } from '@grpc/grpc-js';
import {
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Histogram,
} from '@opentelemetry/api';
import type { ErrorCode } from '@framesong/errors';

const SCOPE = 'framesong.rpc';
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 180, 300, 600, 900];
const METADATA_GETTER = {
  keys: (metadata: Metadata) => Object.keys(metadata.getMap()),
  get: (metadata: Metadata, key: string) => metadata.get(key).map(String),
};
const METADATA_SETTER = {
  set: (metadata: Metadata, key: string, value: string) => {
    metadata.set(key, value);
  },
};
/** Codes that are the server's fault, by the semantic conventions for RPC; the others do not make a server span an error. */
const SERVER_FAULTS: ReadonlySet<string> = new Set([
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** Span and duration metric of one call on one side, ended exactly once. */
export interface RpcSpan {
  /** The context in which this span is the active one. */
  readonly context: Context;
  readonly traceId: string;
  /** Records the status; only the first call counts. Returns whether it was the first. */
  end(code: ErrorCode | 'OK', message: string): boolean;
}

/** Starts the span of a call that arrives, as a child of the caller's. */
export function startServerSpan(path: string, metadata: Metadata, attributes: Attributes): RpcSpan {
  return startSpan('server', path, propagation.extract(ROOT_CONTEXT, metadata, METADATA_GETTER), attributes);
}

/** Starts the span of a call that leaves and writes its trace context into `metadata`. */
export function startClientSpan(path: string, metadata: Metadata, attributes: Attributes): RpcSpan {
  const span = startSpan('client', path, context.active(), attributes);
  propagation.inject(span.context, metadata, METADATA_SETTER);
  return span;
}

function startSpan(side: 'client' | 'server', path: string, parent: Context, attributes: Attributes): RpcSpan {
  const method = path.slice(1);
  const labels = { 'rpc.system.name': 'grpc', 'rpc.method': method };
  const startedAt = performance.now();
  const kind = side === 'client' ? SpanKind.CLIENT : SpanKind.SERVER;
  const span = trace.getTracer(SCOPE).startSpan(method, { kind, attributes: { ...labels, ...attributes } }, parent);
  const active = trace.setSpan(parent, span);
  let ended = false;
  return {
    context: active,
    traceId: span.spanContext().traceId,
    end(code, message) {
      if (ended) return false;
      ended = true;
      const isError = side === 'client' ? code !== 'OK' : SERVER_FAULTS.has(code);
      const result = { 'rpc.status_code': code, ...(isError && { 'error.type': code }) };
      span.setAttributes(result);
      if (isError) span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.end();
      durationHistogram(side).record((performance.now() - startedAt) / 1000, { ...labels, ...result }, active);
      return true;
    },
  };
}

const histograms = new Map<string, Histogram>();

/** Made at first use: a meter asked for before the SDK has started stays silent for ever. */
function durationHistogram(side: 'client' | 'server'): Histogram {
  let histogram = histograms.get(side);
  if (!histogram) {
    histogram = metrics.getMeter(SCOPE).createHistogram(`rpc.${side}.call.duration`, {
      unit: 's',
      description: `Duration of ${side === 'client' ? 'outgoing' : 'incoming'} calls`,
      advice: { explicitBucketBoundaries: BOUNDARIES },
    });
    histograms.set(side, histogram);
  }
  return histogram;
}
