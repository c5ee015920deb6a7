import type { Metadata } from '@grpc/grpc-js';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
} from '@opentelemetry/api';
import type { ErrorCode } from '@framesong/errors';
import { ATTR, METRICS, record } from '@framesong/telemetry';

const SCOPE = 'framesong.rpc';
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
  /** 32 hexadecimal digits; all zero when nothing traces. */
  readonly traceId: string;
  /** Records the status; only the first call counts. */
  end(code: ErrorCode | 'OK', message: string): void;
}

/** Stands in for calls that are not worth a span: health and reflection. */
export const SILENT_SPAN: RpcSpan = { context: ROOT_CONTEXT, traceId: '', end: () => undefined };

/** Starts the span of a call that arrives, as a child of the caller's. `leftMs` is Infinity without a deadline. */
export function startServerSpan(path: string, metadata: Metadata, call: { peer: string; leftMs: number }): RpcSpan {
  return startSpan('server', path, propagation.extract(ROOT_CONTEXT, metadata, METADATA_GETTER), {
    'network.peer.address': call.peer,
    ...(Number.isFinite(call.leftMs) && { [ATTR.rpcDeadlineSeconds]: call.leftMs / 1000 }),
  });
}

/** Starts the span of a call that leaves and writes its trace context into `metadata`. */
export function startClientSpan(path: string, metadata: Metadata, attributes: Attributes): RpcSpan {
  const span = startSpan('client', path, context.active(), attributes);
  propagation.inject(span.context, metadata, METADATA_SETTER);
  return span;
}

function startSpan(side: 'client' | 'server', path: string, parent: Context, attributes: Attributes): RpcSpan {
  const method = path.slice(1);
  const labels = { [ATTR.rpcSystem]: 'grpc', [ATTR.rpcMethod]: method };
  const metric = side === 'client' ? METRICS.rpcClientDuration : METRICS.rpcServerDuration;
  const startedAtMs = performance.now();
  const kind = side === 'client' ? SpanKind.CLIENT : SpanKind.SERVER;
  const span = trace.getTracer(SCOPE).startSpan(method, { kind, attributes: { ...labels, ...attributes } }, parent);
  const active = trace.setSpan(parent, span);
  let ended = false;
  return {
    context: active,
    traceId: span.spanContext().traceId,
    end(code, message) {
      if (ended) return;
      ended = true;
      const isError = side === 'client' ? code !== 'OK' : SERVER_FAULTS.has(code);
      const result = { [ATTR.rpcStatusCode]: code, ...(isError && { [ATTR.errorType]: code }) };
      span.setAttributes(result);
      if (isError) span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.end();
      // Inside the span's context, so that the measurement can point to the trace.
      context.with(active, record, undefined, metric, (performance.now() - startedAtMs) / 1000, {
        ...labels,
        ...result,
      });
    },
  };
}
