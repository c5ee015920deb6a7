import { hostname } from 'node:os';

import { context, diag, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { HostMetricsInstrumentation } from '@opentelemetry/instrumentation-host-metrics';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { PeriodicExportingMetricReader, type IMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';

import type { SettingsOf } from '@framesong/config';

import { reportExportFaults } from './diagnostics.ts';
import { reattachGauges } from './measure.ts';
import { createMetricExporter, createSpanExporter } from './otlp-exporters.ts';
import { openPrometheusEndpoint } from './prometheus-exporter.ts';
import type { telemetrySettings } from './settings.ts';
import { createSpanCounter, createSpanStartEvents } from './span-processors.ts';

type Settings = SettingsOf<typeof telemetrySettings>;

/** A started SDK. */
export interface RunningSdk {
  /** Exports what is left; takes as long as the collector lets it. */
  flushAndStop(): Promise<void>;
  /** Gives the API back, so that whatever still runs measures into nothing and telemetry can be started again. */
  detach(): void;
}

/** Starts the OpenTelemetry SDK. Loading this module costs some hundred milliseconds, so it is imported on demand. */
export async function startSdk(
  service: { readonly name: string; readonly version: string },
  settings: Settings,
): Promise<RunningSdk> {
  reportExportFaults();
  // HTTP spans keep no query: providers take keys in it.
  const withoutQuery = (request: { readonly origin: string; readonly path: string }) => ({
    'url.full': `${request.origin}${request.path.split('?')[0]!}`,
    'url.query': '',
  });
  const instrumentations = [
    new UndiciInstrumentation({ requireParentforSpans: true, startSpanHook: withoutQuery }),
    new RuntimeNodeInstrumentation(),
    new HostMetricsInstrumentation({ metricGroups: ['process.cpu', 'process.memory'] }),
  ];
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({
      'service.name': service.name,
      'service.namespace': 'framesong',
      'service.version': service.version,
      'host.name': hostname(),
      'process.pid': process.pid,
    }),
    serviceName: service.name,
    // Not the process detector, which reports the whole command line, nor that of the host, which is asynchronous.
    resourceDetectors: [envDetector],
    instrumentations,
    metricReaders: await createMetricReaders(settings),
    spanProcessors: await createSpanProcessors(settings),
    // Given, the list is final; left out, the SDK makes it from the OTEL_* variables, which may ask for a connection.
    ...(!exportsTo(settings, 'logsExporter') && { logRecordProcessors: [] }),
  });
  sdk.start();
  reattachGauges();
  return {
    flushAndStop: () => sdk.shutdown(),
    detach: () => {
      for (const instrumentation of instrumentations) instrumentation.disable();
      for (const api of [trace, metrics, logs, propagation, context, diag]) api.disable();
    },
  };
}

async function createSpanProcessors(settings: Settings): Promise<SpanProcessor[]> {
  const processors = [createSpanCounter()];
  if (exportsTo(settings, 'logsExporter') && settings.spanStartEvents) processors.push(createSpanStartEvents());
  if (exportsTo(settings, 'tracesExporter')) {
    const exporter = await createSpanExporter(settings.otlpProtocol);
    processors.push(new BatchSpanProcessor({ exporter, scheduledDelayMillis: settings.spanDelayMs }));
  }
  return processors;
}

async function createMetricReaders(settings: Settings): Promise<IMetricReader[]> {
  const readers: IMetricReader[] = [];
  if (settings.metricsPort > 0) readers.push(await openPrometheusEndpoint(settings.metricsPort));
  if (exportsTo(settings, 'metricsExporter')) {
    const exporter = await createMetricExporter(settings.otlpProtocol);
    const exportIntervalMillis = settings.metricIntervalMs;
    const exportTimeoutMillis = Math.min(10_000, exportIntervalMillis);
    readers.push(new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis }));
  }
  return readers;
}

function exportsTo(settings: Settings, exporter: 'tracesExporter' | 'metricsExporter' | 'logsExporter'): boolean {
  return settings.otlpEndpoint !== undefined && settings[exporter] === 'otlp';
}
