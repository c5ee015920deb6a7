import { addressSettings, openFramesong, type Framesong } from '@framesong/client';
import { loadSettings } from '@framesong/config';
import { FramesongError, toFramesongError } from '@framesong/errors';
import { TENANT_METADATA, type CallOptions } from '@framesong/rpc';
import { configureLog, stage, startTelemetry, telemetrySettings } from '@framesong/telemetry';
import { INTERRUPTED } from './exit-codes.ts';
import type { GlobalOptions } from './options/global-options.ts';
import type { Output } from './output/output.ts';
import { onInterrupt } from './interrupt.ts';

/** What a command works with. */
export interface Session {
  readonly framesong: Framesong;
  readonly addresses: { readonly compression: string; readonly imageGeneration: string; readonly music: string };
  readonly output: Output;
  readonly globals: GlobalOptions;
  /** Fires on Ctrl-C; its reason is the error to end with. */
  readonly interrupt: AbortSignal;
  /**
   * Options for a call: tenant, Ctrl-C, and the time that is left of `--timeout`.
   * @param defaultMs when there is no `--timeout`; without it the default of the service holds
   */
  call(defaultMs?: number): CallOptions;
  /** The same for a call that has to be made although the time is up or Ctrl-C was pressed. */
  lastCall(timeoutMs: number): CallOptions;
}

/**
 * Opens the clients, runs the command, and closes them. Errors get the trace id of the last call that told one.
 * Traces are made only where a collector is configured.
 */
export async function withSession(
  { globals, output, name }: { globals: GlobalOptions; output: Output; name: string },
  run: (session: Session) => Promise<number | undefined>,
): Promise<number> {
  const settings = loadSettings({ addresses: addressSettings, telemetry: telemetrySettings });
  const addresses = {
    compression: globals.compressionAddress ?? hostAndPort(settings.addresses.compression),
    imageGeneration: globals.imageAddress ?? hostAndPort(settings.addresses.imageGeneration),
    music: globals.musicAddress ?? hostAndPort(settings.addresses.music),
  };
  // Its lines would stand between the data on stdout.
  configureLog('silent');
  await using telemetry = settings.telemetry.otlpEndpoint
    ? await startTelemetry({ serviceName: 'framesong-cli', settings: { ...settings.telemetry, logLevel: 'silent' } })
    : undefined;
  using framesong = openFramesong(addresses);
  using interrupt = onInterrupt();
  const endsAt = globals.timeout === undefined ? undefined : performance.now() + globals.timeout;
  let traceId: string | undefined;
  const base = {
    metadata: globals.tenant === undefined ? {} : { [TENANT_METADATA]: globals.tenant },
    onTrailers: (trailers: Readonly<Record<string, string>>) => (traceId = trailers['trace-id'] ?? traceId),
  };
  const session: Session = {
    framesong,
    addresses,
    output,
    globals,
    interrupt: interrupt.signal,
    call(defaultMs) {
      const timeoutMs = endsAt === undefined ? defaultMs : Math.max(1, endsAt - performance.now());
      return { ...base, signal: interrupt.signal, ...(timeoutMs !== undefined && { timeoutMs }) };
    },
    lastCall: (timeoutMs) => ({ ...base, timeoutMs }),
  };
  try {
    const work = () => run(session);
    return (await (telemetry ? stage(`framesong ${name}`, {}, work) : work())) ?? 0;
  } catch (thrown) {
    const error = toFramesongError(thrown);
    if (error.reason === INTERRUPTED || traceId === undefined || 'trace_id' in error.metadata) throw error;
    throw withTrace(error, traceId);
  }
}

function withTrace(error: FramesongError, traceId: string): FramesongError {
  return error.with({ metadata: { trace_id: traceId }, cause: error.cause });
}

function hostAndPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
