import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Value = string | number | boolean;
/** Values of attributes by name; of lists only that they are there. */
export type Attributes = Readonly<Record<string, Value | undefined>>;

/** A span that has ended and was exported. */
export interface CollectedSpan {
  /** The service that made it. */
  readonly service: string;
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly failed: boolean;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** A metric as it was exported last, with the attributes of each of its series. */
export interface CollectedMetric {
  readonly service: string;
  readonly name: string;
  readonly series: readonly Attributes[];
}

/** A log line or an event. */
export interface CollectedLog {
  readonly service: string;
  /** Empty for a line. */
  readonly event: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly atMs: number;
  readonly attributes: Attributes;
}

/** An OpenTelemetry collector on loopback that keeps what it is sent as OTLP/JSON. */
export interface Collector extends AsyncDisposable {
  /** What a service has to be started with to export here soon. */
  readonly environment: Readonly<Record<string, string>>;
  readonly endpoint: string;
  readonly spans: readonly CollectedSpan[];
  readonly metrics: readonly CollectedMetric[];
  readonly logs: readonly CollectedLog[];
  /** Every body as it came. */
  readonly bodies: readonly string[];
  /** Resolves with the first value that is not undefined; `look` is called again whenever something has come. */
  when<T>(look: () => T | undefined): Promise<T>;
  /** The spans of a trace, as soon as one is there of each name. */
  trace(traceId: string, ...names: readonly string[]): Promise<CollectedSpan[]>;
}

interface Json {
  readonly [key: string]: Json | readonly Json[] | string | number | undefined;
}

const KINDS = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
const ERROR_STATUS = 2;

/** Starts a collector on a free port. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const metrics: CollectedMetric[] = [];
  const logs: CollectedLog[] = [];
  const bodies: string[] = [];
  const watchers = new Set<() => void>();
  const take = async (request: IncomingMessage) => {
    const body = await text(request);
    bodies.push(body);
    const sent = JSON.parse(body) as Json;
    spans.push(...partsOf(sent, 'resourceSpans', 'scopeSpans', 'spans').map(spanOf));
    metrics.push(...partsOf(sent, 'resourceMetrics', 'scopeMetrics', 'metrics').map(metricOf));
    logs.push(...partsOf(sent, 'resourceLogs', 'scopeLogs', 'logRecords').map(logOf));
    for (const watcher of watchers) watcher();
  };
  const server = createServer((request, response) => {
    void take(request).then(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const when = <T>(look: () => T | undefined) =>
    new Promise<T>((resolve) => {
      const watcher = () => {
        const found = look();
        if (found === undefined) return;
        watchers.delete(watcher);
        resolve(found);
      };
      watchers.add(watcher);
      watcher();
    });
  return {
    endpoint,
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_BLRP_SCHEDULE_DELAY: '50',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
    },
    spans,
    metrics,
    logs,
    bodies,
    when,
    trace: (traceId, ...names) =>
      when(() => {
        const trace = spans.filter((span) => span.traceId === traceId);
        return names.every((name) => trace.some((span) => span.name === name)) ? trace : undefined;
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Part {
  readonly service: string;
  readonly it: Json;
}

function partsOf(sent: Json, resources: string, scopes: string, items: string): Part[] {
  return list(sent[resources]).flatMap((resource) => {
    const service = String(attributesOf((resource['resource'] as Json)['attributes'])['service.name']);
    return list(resource[scopes]).flatMap((scope) => list(scope[items]).map((it) => ({ service, it })));
  });
}

function spanOf({ service, it }: Part): CollectedSpan {
  return {
    service,
    name: string(it['name']),
    kind: KINDS[Number(it['kind'])]!,
    traceId: string(it['traceId']),
    spanId: string(it['spanId']),
    parentId: string(it['parentSpanId']),
    startMs: Number(it['startTimeUnixNano']) / 1e6,
    endMs: Number(it['endTimeUnixNano']) / 1e6,
    attributes: attributesOf(it['attributes']),
    failed: (it['status'] as Json | undefined)?.['code'] === ERROR_STATUS,
    links: list(it['links']).map((link) => ({ traceId: string(link['traceId']), spanId: string(link['spanId']) })),
  };
}

function metricOf({ service, it }: Part): CollectedMetric {
  const data = (it['histogram'] ?? it['gauge'] ?? it['sum'] ?? {}) as Json;
  return {
    service,
    name: string(it['name']),
    series: list(data['dataPoints']).map((point) => attributesOf(point['attributes'])),
  };
}

function logOf({ service, it }: Part): CollectedLog {
  return {
    service,
    event: string(it['eventName']),
    traceId: string(it['traceId']),
    spanId: string(it['spanId']),
    atMs: Number(it['timeUnixNano'] ?? it['observedTimeUnixNano']) / 1e6,
    attributes: attributesOf(it['attributes']),
  };
}

function attributesOf(attributes: Json[string]): Attributes {
  return Object.fromEntries(
    list(attributes).map(({ key, value }) => {
      const { intValue, ...others } = value as Readonly<Record<string, Value>>;
      return [string(key), intValue === undefined ? Object.values(others)[0] : Number(intValue)];
    }),
  );
}

function list(value: Json[string]): readonly Json[] {
  return (value ?? []) as readonly Json[];
}

function string(value: Json[string]): string {
  return typeof value === 'string' ? value : '';
}
