import { startTelemetry } from '@framesong/telemetry';

/**
 * Telemetry as a service has it that was given no collector: every call makes its spans with all attributes, carries
 * `traceparent` and is counted; when a span ends it is dropped.
 */
export async function startTracing(serviceName: string): Promise<void> {
  await startTelemetry({
    serviceName,
    settings: {
      logLevel: 'info',
      metricsPort: 0,
      spanStartEvents: true,
      otlpEndpoint: undefined,
      otlpProtocol: 'http/protobuf',
      tracesExporter: 'otlp',
      metricsExporter: 'otlp',
      logsExporter: 'otlp',
      spanDelayMs: 500,
      logDelayMs: 300,
      metricIntervalMs: 15_000,
      serviceName: undefined,
    },
  });
}
