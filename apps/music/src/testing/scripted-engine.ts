import {
  DescribeEngineResponse,
  MusicEngineService,
  type RenderSegmentResponse,
  type RenderSegmentRequest,
} from '@framesong/contracts/engine/v1/music_engine';
import { descriptorSetFile } from '@framesong/contracts';
import { bindService, methodPolicy, startServer, type CallContext } from '@framesong/rpc';

/** An engine behind the protocol that says what it is told to: for tests of those who call engines that misbehave. */
export interface ScriptedEngine extends AsyncDisposable {
  readonly address: string;
  /** Renders that it was asked for. */
  readonly asked: readonly RenderSegmentRequest[];
}

/** Answers one render. */
export type RenderScript = (call: CallContext) => AsyncIterable<RenderSegmentResponse>;

/** Starts one on the loopback address. */
export async function startScriptedEngine(script: RenderScript): Promise<ScriptedEngine> {
  const asked: RenderSegmentRequest[] = [];
  const server = await startServer({
    services: [
      {
        ...bindService(MusicEngineService, {
          // It says nothing of itself.
          describeEngine: () => Promise.resolve(DescribeEngineResponse.fromPartial({})),
          async *renderSegment(request, call) {
            asked.push(request);
            yield* script(call);
          },
          cancelRender: () => Promise.resolve({ found: true }),
        }),
        policies: {
          describeEngine: methodPolicy(),
          renderSegment: methodPolicy({ class: 'watch', maxDeadlineMs: 3_600_000, maxRequestBytes: 1024 * 1024 }),
          cancelRender: methodPolicy(),
        },
      },
    ],
    address: { host: '127.0.0.1', port: 0 },
    settings: { allowPlaintext: false, drainGraceMs: 0, maxConcurrentWork: 8, maxQueuedWork: 8 },
    descriptorSetFile,
  });
  server.health.set(true);
  return {
    address: `127.0.0.1:${server.port}`,
    asked,
    [Symbol.asyncDispose]: () => server.drain(),
  };
}
