import { setTimeout } from 'node:timers/promises';

import { setEnvironmentDefaults, type SettingsOf } from '@framesong/config';

import { collectorRefusal } from './collector-refusal.ts';
import { configureLog, log } from './log.ts';
import type { RunningSdk } from './sdk.ts';
import type { telemetrySettings } from './settings.ts';
import { spanCounts } from './span-processors.ts';

const SHUTDOWN_LIMIT_MS = 3000;
/** Then a collector that refuses connections is waited for no longer; the exporters would go on trying. */
const REFUSED_LIMIT_MS = 300;

/** Telemetry that runs. */
export interface Telemetry extends AsyncDisposable {
  /**
   * Exports what is left, for 3 s at most, 0.3 s when nobody listens at the endpoint, and stops. Never fails; repeats wait
   * for the first. When the collector is down, its exporters can keep an otherwise idle process alive for some seconds
   * more: end it with `process.exit`.
   */
  shutdown(): Promise<void>;
}

/**
 * Starts logs, traces and metrics of this process. Spans are made in any case, so that log lines and answers carry trace
 * ids; they are exported when `otlpEndpoint` is set. A collector that is slow or down delays nothing: data waits in queues
 * of fixed size and is dropped when they are full.
 * @throws FramesongError INVALID_ARGUMENT, reason CONFIGURATION_INVALID, when the metrics port cannot be listened on.
 */
export async function startTelemetry(options: {
  readonly serviceName: string;
  readonly serviceVersion?: string;
  readonly settings: SettingsOf<typeof telemetrySettings>;
}): Promise<Telemetry> {
  const { settings } = options;
  const service = { name: settings.serviceName ?? options.serviceName, version: options.serviceVersion ?? '0.0.0' };
  configureLog(settings.logLevel, { service: service.name });
  // The exporters read the environment only; these values may come from the configuration file.
  setEnvironmentDefaults({
    OTEL_EXPORTER_OTLP_ENDPOINT: settings.otlpEndpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: settings.otlpProtocol,
    OTEL_BLRP_SCHEDULE_DELAY: String(settings.logDelayMs),
  });
  const { startSdk } = await import('./sdk.ts');
  const sdk = await startSdk(service, settings);

  let stopped: Promise<void> | undefined;
  const shutdown = () => (stopped ??= stop(sdk, settings.otlpEndpoint));
  return { shutdown, [Symbol.asyncDispose]: shutdown };
}

async function stop(sdk: RunningSdk, endpoint: string | undefined): Promise<void> {
  const { started, ended } = spanCounts();
  log.info({ started, ended }, 'telemetry stops: spans that began and ended');
  const timers = new AbortController();
  const after = (ms: number) => setTimeout(ms, undefined, { signal: timers.signal });
  const flushed = sdk.flushAndStop();
  const slow = after(SHUTDOWN_LIMIT_MS).then(() => `the collector did not take it within ${SHUTDOWN_LIMIT_MS} ms`);
  const refused = after(REFUSED_LIMIT_MS).then(() => (endpoint === undefined ? slow : collectorRefusal(endpoint)));
  const problem: unknown = await Promise.race([flushed, slow, refused]).catch((error: unknown) => error);
  for (const late of [flushed, slow, refused]) late.catch(() => undefined);
  timers.abort();
  sdk.detach();
  if (problem !== undefined) log.warn({ problem }, 'telemetry was not fully exported');
}
