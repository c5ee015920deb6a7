import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as OTLP/JSON writes it; only what the tests look at. */
interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status: { readonly code?: number };
}

/** A log record as OTLP/JSON writes it. */
interface ReceivedLog {
  readonly eventName?: string;
  readonly body?: { readonly stringValue?: string };
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: ReceivedSpan['attributes'];
}

interface Exports {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[] }[];
  readonly resourceLogs?: readonly { readonly scopeLogs: readonly { readonly logRecords: readonly ReceivedLog[] }[] }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string; readonly unit: string }[] }[];
  }[];
}

/** A collector for OTLP/HTTP on loopback that keeps what it receives. */
export interface Collector extends AsyncDisposable {
  readonly endpoint: string;
  /** `path content-type` of each request. */
  readonly requests: string[];
  readonly spans: ReceivedSpan[];
  readonly logs: ReceivedLog[];
  /** Metric names with their unit. */
  readonly metrics: Map<string, string>;
  /** Resolves when a log record with this event name has arrived. */
  event(name: string): Promise<ReceivedLog>;
}

/** Starts a collector on a free port. With `answers: false` it takes requests and never answers. */
export async function startCollector({ answers = true } = {}): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const logs: ReceivedLog[] = [];
  const metrics = new Map<string, string>();
  const requests: string[] = [];
  const arrivals = new EventTarget();

  const take = async (request: IncomingMessage) => {
    requests.push(`${request.url ?? ''} ${request.headers['content-type'] ?? ''}`);
    if (request.headers['content-type'] !== 'application/json') return;
    const received = (await json(request)) as Exports;
    spans.push(...(received.resourceSpans ?? []).flatMap((r) => r.scopeSpans.flatMap((s) => s.spans)));
    logs.push(...(received.resourceLogs ?? []).flatMap((r) => r.scopeLogs.flatMap((s) => s.logRecords)));
    for (const metric of (received.resourceMetrics ?? []).flatMap((r) => r.scopeMetrics.flatMap((s) => s.metrics))) {
      metrics.set(metric.name, metric.unit);
    }
    arrivals.dispatchEvent(new Event('arrival'));
  };
  const server = createServer((request, response) => {
    void take(request).then(() => {
      if (answers) response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans,
    logs,
    metrics,
    event: async (name) => {
      for (;;) {
        const found = logs.find((record) => record.eventName === name);
        if (found) return found;
        await once(arrivals, 'arrival');
      }
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
