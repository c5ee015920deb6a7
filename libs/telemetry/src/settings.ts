import { defineSettings, flag, integer, oneOf, text } from '@framesong/config';

const MINUTE_MS = 60_000;

/** Settings of logs, traces and metrics. The `OTEL_*` variables not listed here are read by the OpenTelemetry SDK itself. */
export const telemetrySettings = defineSettings('telemetry', {
  logLevel: oneOf({
    env: 'FRAMESONG_LOG_LEVEL',
    default: 'info',
    values: ['debug', 'info', 'warn', 'error', 'silent'],
    description: 'Least severe level of the log lines on stdout.',
  }),
  metricsPort: integer({
    env: 'FRAMESONG_METRICS_PORT',
    default: 0,
    min: 0,
    max: 65_535,
    description: 'Port of the Prometheus endpoint `/metrics` on the loopback interface; 0 opens none.',
  }),
  spanStartEvents: flag({
    env: 'FRAMESONG_SPAN_START_EVENTS',
    default: true,
    description: 'Also export an event when a span begins, so that long work is seen while it runs.',
  }),
  otlpEndpoint: text({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    pattern: /https?:\/\/[^\s/?#]+(\/[^\s?#]*)?/,
    form: 'an http or https URL',
    description:
      'Collector that traces, metrics and logs go to. Without it nothing is exported and nothing is connected.',
  }),
  otlpProtocol: oneOf({
    env: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    default: 'http/protobuf',
    values: ['http/protobuf', 'http/json', 'grpc'],
    description: 'How to talk to the collector.',
  }),
  tracesExporter: oneOf({
    env: 'OTEL_TRACES_EXPORTER',
    default: 'otlp',
    values: ['otlp', 'none'],
    description: 'Whether traces go to the collector.',
  }),
  metricsExporter: oneOf({
    env: 'OTEL_METRICS_EXPORTER',
    default: 'otlp',
    values: ['otlp', 'none'],
    description: 'Whether metrics go to the collector.',
  }),
  logsExporter: oneOf({
    env: 'OTEL_LOGS_EXPORTER',
    default: 'otlp',
    values: ['otlp', 'none'],
    description: 'Whether logs and events go to the collector.',
  }),
  spanDelayMs: integer({
    env: 'OTEL_BSP_SCHEDULE_DELAY',
    default: 500,
    min: 1,
    max: MINUTE_MS,
    unit: 'ms',
    description: 'Longest time that an ended span waits for its export.',
  }),
  logDelayMs: integer({
    env: 'OTEL_BLRP_SCHEDULE_DELAY',
    default: 300,
    min: 1,
    max: MINUTE_MS,
    unit: 'ms',
    description: 'Longest time that a log line or event waits for its export.',
  }),
  metricIntervalMs: integer({
    env: 'OTEL_METRIC_EXPORT_INTERVAL',
    default: 15_000,
    min: 100,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    description: 'Time between two exports of the metrics.',
  }),
  serviceName: text({
    env: 'OTEL_SERVICE_NAME',
    description: 'Name under which the process reports; each service has its own by default.',
  }),
});
