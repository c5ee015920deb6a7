import { FramesongError } from '@framesong/errors';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { DataPointType, type CollectionResult, type MetricData } from '@opentelemetry/sdk-metrics';

const UNIT_WORDS: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes' };

/**
 * Opens `http://127.0.0.1:<port>/metrics`.
 * @throws FramesongError INVALID_ARGUMENT, reason CONFIGURATION_INVALID, when the port cannot be listened on.
 */
export async function openPrometheusEndpoint(port: number): Promise<PrometheusExporter> {
  const exporter = new UnitSuffixExporter({
    port,
    host: '127.0.0.1',
    withoutScopeInfo: true,
    preventServerStart: true,
  });
  try {
    await exporter.startServer();
  } catch (cause) {
    const description = `port ${port} cannot be listened on (${(cause as Error).message}): choose a free port, or 0 for none`;
    throw new FramesongError(`the metrics endpoint cannot open: ${description}`, {
      code: 'INVALID_ARGUMENT',
      reason: 'CONFIGURATION_INVALID',
      violations: [{ field: 'FRAMESONG_METRICS_PORT', description }],
      cause,
    });
  }
  return exporter;
}

/**
 * The name with its unit at the end, as the Collector and Prometheus' own OTLP receiver write it; the exporter of the SDK
 * leaves the unit out. Source: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility".
 */
export function nameWithUnit(name: string, unit: string, isGauge: boolean): string {
  const word = unit === '1' ? (isGauge ? 'ratio' : undefined) : UNIT_WORDS[unit];
  return word === undefined || name.endsWith(word) ? name : `${name}.${word}`;
}

class UnitSuffixExporter extends PrometheusExporter {
  override async collect(...options: Parameters<PrometheusExporter['collect']>): Promise<CollectionResult> {
    const result = await super.collect(...options);
    const { resource, scopeMetrics } = result.resourceMetrics;
    return {
      ...result,
      resourceMetrics: {
        resource,
        scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(withUnitSuffix) })),
      },
    };
  }
}

function withUnitSuffix(metric: MetricData): MetricData {
  const { name, unit } = metric.descriptor;
  const isGauge =
    metric.dataPointType === DataPointType.GAUGE || (metric.dataPointType === DataPointType.SUM && !metric.isMonotonic);
  return { ...metric, descriptor: { ...metric.descriptor, name: nameWithUnit(name, unit, isGauge), unit: '' } };
}
