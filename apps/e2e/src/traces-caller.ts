// The caller in traces.spec.ts: a process of its own, for no exporter can load its modules inside of a test. Its parent tells
// it by IPC what to call; it makes one call at a time.
import { openFramesong } from '@framesong/client';
import type { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import type { Job } from '@framesong/contracts/job/v1/job';
import { toFramesongError } from '@framesong/errors';
import { startTelemetry } from '@framesong/telemetry';

/** What the caller is told to do. */
export type Order =
  | { readonly call: 'generate'; readonly request: FirstFrameRequest; readonly timeoutMs: number }
  | { readonly call: 'submit and wait'; readonly request: FirstFrameRequest }
  | { readonly call: 'cancel' }
  | { readonly call: 'stop' };

/** What came of a call. */
export interface Outcome {
  /** `OK`, or the code that it failed with. */
  readonly code: string;
  /** The trace that the answer names. */
  readonly traceId?: string;
  /** The job as it ended. */
  readonly job?: Job;
}

async function serve(): Promise<void> {
  const telemetry = await startTelemetry({
    serviceName: 'caller',
    settings: {
      logLevel: 'info',
      metricsPort: 0,
      spanStartEvents: true,
      otlpEndpoint: process.env['OTEL_EXPORTER_OTLP_ENDPOINT'],
      otlpProtocol: 'http/json',
      tracesExporter: 'otlp',
      metricsExporter: 'otlp',
      logsExporter: 'otlp',
      spanDelayMs: 50,
      logDelayMs: 50,
      metricIntervalMs: 500,
      serviceName: undefined,
    },
  });
  const [compression, imageGeneration] = process.argv.slice(2);
  using framesong = openFramesong({ compression: compression!, imageGeneration: imageGeneration! });
  const { rpc, jobs } = framesong.imageGeneration;
  let cancel = new AbortController();

  const calls = {
    async generate({ request, timeoutMs }: Extract<Order, { call: 'generate' }>) {
      let traceId: string | undefined;
      const answers = rpc.generateFirstFrame(
        { request, detachOnDisconnect: false },
        { timeoutMs, signal: cancel.signal, onTrailers: (trailers) => (traceId = trailers['trace-id']) },
      );
      await Array.fromAsync(answers);
      return traceId === undefined ? {} : { traceId };
    },
    async 'submit and wait'({ request }: Extract<Order, { call: 'submit and wait' }>) {
      const { job: accepted } = await rpc.submitFirstFrame({ request });
      const { job } = await jobs.waitJob({ jobId: accepted!.id }, { timeoutMs: 60_000 });
      return { job: job! };
    },
  };
  const answer = (outcome: Outcome) => process.send?.(outcome);
  process.on('message', (order: Order) => {
    if (order.call === 'stop') void telemetry.shutdown().then(() => process.exit(0));
    else if (order.call === 'cancel') cancel.abort();
    else {
      cancel = new AbortController();
      const made = order.call === 'generate' ? calls.generate(order) : calls['submit and wait'](order);
      made.then(
        (found) => answer({ code: 'OK', ...found }),
        (thrown: unknown) => answer({ code: toFramesongError(thrown).code }),
      );
    }
  });
  await new Promise(() => undefined);
}

void serve();
