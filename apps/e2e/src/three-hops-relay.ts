// One hop of a chain of services: passes CompressImage on to `NEXT_HOP`, or works itself when there is none. Run by
// three-hops.spec.ts, which finds the port and the moment at which the signal fired on stdout.
import { descriptorSetFile } from '@framesong/contracts';
import {
  CompressionServiceService,
  type CompressImageResponse,
} from '@framesong/contracts/compression/v1/compression_service';
import { bindService, createClient, methodPolicy, openChannel, startServer, type CallContext } from '@framesong/rpc';
import { log, startTelemetry } from '@framesong/telemetry';

const { HOP = '', NEXT_HOP } = process.env;
const WORK_SLICE_MS = 2;
const policy = methodPolicy({ class: 'work', maxDeadlineMs: 60_000 });
const next = NEXT_HOP === undefined ? undefined : createClient(openChannel(NEXT_HOP), CompressionServiceService);

async function serve(): Promise<void> {
  const telemetry = await startTelemetry({
    serviceName: HOP,
    settings: {
      logLevel: 'info',
      metricsPort: 0,
      spanStartEvents: false,
      otlpEndpoint: process.env['OTEL_EXPORTER_OTLP_ENDPOINT'],
      otlpProtocol: 'http/json',
      tracesExporter: 'otlp',
      metricsExporter: 'none',
      logsExporter: 'none',
      spanDelayMs: 5,
      logDelayMs: 1_000,
      metricIntervalMs: 60_000,
      serviceName: undefined,
    },
  });
  const compression = bindService(CompressionServiceService, {
    compressImage: (request, call) => (next ? next.compressImage(request) : workUntilStopped(call)),
    inspectImage: () => Promise.reject(new Error('not part of the chain')),
    compressImageStream: refuse,
    compressImageSet: refuse,
  });
  const server = await startServer({
    services: [
      {
        ...compression,
        policies: {
          compressImage: policy,
          inspectImage: policy,
          compressImageStream: policy,
          compressImageSet: policy,
        },
      },
    ],
    address: { host: '127.0.0.1', port: 0 },
    settings: { allowPlaintext: false, drainGraceMs: 0, maxConcurrentWork: 8, maxQueuedWork: 8 },
    descriptorSetFile,
  });
  log.info({ port: server.port }, 'listening');
  process.once('SIGTERM', () => {
    void server
      .drain()
      .then(() => telemetry.shutdown())
      .then(() => process.exit(0));
  });
}

// eslint-disable-next-line require-yield -- it refuses
async function* refuse() {
  await Promise.resolve();
  throw new Error('not part of the chain');
}

/** Keeps the CPU busy in slices and looks at its signal in between, as an encoder loop does. */
async function workUntilStopped({ signal }: CallContext): Promise<CompressImageResponse> {
  log.info({ started_epoch_ms: Date.now() }, 'work started');
  let rounds = 0;
  while (!signal.aborted) {
    for (const untilMs = performance.now() + WORK_SLICE_MS; performance.now() < untilMs;) rounds++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  log.info({ stopped_epoch_ms: Date.now(), rounds }, 'work stopped');
  throw signal.reason;
}

void serve();
