import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import {
  MusicEngineService,
  type DescribeEngineResponse,
  type RenderSegmentRequest,
  type RenderSegmentResponse,
} from '@framesong/contracts/engine/v1/music_engine';
import { descriptorSetFile } from '@framesong/contracts';
import { FramesongError, invalidArgument, throwIfAborted, type FieldViolation } from '@framesong/errors';
import { bindService, durationOfMs, methodPolicy, startServer, type CallContext } from '@framesong/rpc';
import { ToneRender, type Pace } from './tone-render.ts';
import { TONE_RATE_HZ } from './tone-sound.ts';

/** An engine behind the protocol that plays tones: for tests of those who call engines. */
export interface ToneEngine extends AsyncDisposable {
  readonly address: string;
  /** Ids of the renders that were begun, in order; one that was joined stands here once. */
  readonly begun: readonly string[];
  /** Those that were ended before they were finished. */
  readonly stopped: () => string[];
}

/** What can be held back: the first message of a call, each progress, the facts of the sound, and its second half. */
export type Held = 'begin' | 'middle' | 'sound' | 'chunk';

/** How it behaves. */
export interface ToneEngineOptions {
  readonly port?: number;
  readonly pace?: Pace;
  /** Told when a render begins. */
  readonly onBegin?: (request: RenderSegmentRequest) => void;
  /** Told when a render is ended by a cancel. */
  readonly onCancel?: (renderId: string) => void;
  /** Told of each progress that is sent, when it is sent. */
  readonly onTold?: (renderId: string, doneSeconds: number) => void;
  /** Awaited before something is sent; what never resolves stands still there until the call ends. */
  readonly hold?: (request: RenderSegmentRequest, before: Held) => Promise<unknown> | undefined;
  readonly description?: Partial<DescribeEngineResponse>;
}

const CHUNK_BYTES = 64 * 1024;
const DESCRIPTION: DescribeEngineResponse = {
  engine: 'tones 1',
  description: 'Plays tones.',
  generative: false,
  makesSections: true,
  makesSongs: true,
  context: undefined,
  repaints: false,
  progressIsMeasured: true,
  lanes: 1,
  maxSong: { seconds: 300n, nanos: 0 },
  mediaTypes: ['audio/wav'],
  styles: [],
  lyrics: { maxLines: 200, maxCharacters: 5000, maxLineCharacters: 200 },
};

/** Starts one on the loopback address. */
export async function startToneEngine(options: ToneEngineOptions = {}): Promise<ToneEngine> {
  const renders = new Map<string, ToneRender>();
  const begun: string[] = [];
  const pace = options.pace ?? (() => setImmediate());

  const renderOf = (request: RenderSegmentRequest): ToneRender => {
    const known = renders.get(request.renderId);
    if (known && !known.isStopped) {
      if (digestOf(known.request) === digestOf(request)) return known;
      throw new FramesongError(`render ${request.renderId} has other content`, {
        code: 'ALREADY_EXISTS',
        reason: 'RENDER_ID_REUSED',
      });
    }
    const render = new ToneRender(request, pace);
    renders.set(request.renderId, render);
    begun.push(request.renderId);
    options.onBegin?.(request);
    return render;
  };

  async function* renderSegment(
    request: RenderSegmentRequest,
    call: CallContext,
  ): AsyncGenerator<RenderSegmentResponse> {
    checkRequest(request);
    const hold = async (before: Held) => {
      const held = options.hold?.(request, before);
      if (!held) return;
      await Promise.race([held, once(call.signal, 'abort')]);
      throwIfAborted(call.signal);
    };
    const render = renderOf(request);
    await hold('begin');
    for await (const progress of render.follow(call.signal)) {
      if (progress.done > 0 && progress.done < progress.total) await hold('middle');
      options.onTold?.(request.renderId, progress.done);
      yield { part: { $case: 'progress', value: progress } };
    }
    const sound = render.sound!;
    await hold('sound');
    yield {
      part: {
        $case: 'sound',
        value: {
          mediaType: 'audio/wav',
          sizeBytes: BigInt(sound.length),
          sha256: createHash('sha256').update(sound).digest('hex'),
          sampleRateHz: TONE_RATE_HZ,
          channels: 1,
          duration: durationOfMs(render.seconds * 1000),
          engine: 'tones 1',
          warnings: [],
        },
      },
    };
    for (let at = 0; at < sound.length; at += CHUNK_BYTES) {
      if (at > sound.length / 2) await hold('chunk');
      yield { part: { $case: 'chunk', value: sound.subarray(at, at + CHUNK_BYTES) } };
    }
  }

  const server = await startServer({
    services: [
      {
        ...bindService(MusicEngineService, {
          describeEngine: () => Promise.resolve({ ...DESCRIPTION, ...options.description }),
          renderSegment,
          cancelRender: ({ renderId }) => {
            const found = renders.get(renderId);
            found?.stop();
            if (found) options.onCancel?.(renderId);
            return Promise.resolve({ found: found !== undefined });
          },
        }),
        policies: {
          describeEngine: methodPolicy(),
          renderSegment: methodPolicy({ class: 'watch', maxDeadlineMs: 3_600_000, maxRequestBytes: 1024 * 1024 }),
          cancelRender: methodPolicy(),
        },
      },
    ],
    address: { host: '127.0.0.1', port: options.port ?? 0 },
    settings: { allowPlaintext: false, drainGraceMs: 0, maxConcurrentWork: 8, maxQueuedWork: 8 },
    descriptorSetFile,
  });
  server.health.set(true);
  return {
    address: `127.0.0.1:${server.port}`,
    begun,
    stopped: () => [...renders].filter(([, render]) => render.isStopped && !render.sound).map(([id]) => id),
    async [Symbol.asyncDispose]() {
      for (const render of renders.values()) render.stop();
      await server.drain();
    },
  };
}

/** How long it goes on without listeners does not make it another render. */
function digestOf(request: RenderSegmentRequest): string {
  const content = { ...request, reattachGrace: undefined };
  return JSON.stringify(content, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function checkRequest({ renderId, sections, sectionIndex, bpm }: RenderSegmentRequest): void {
  const faults: FieldViolation[] = [];
  const fault = (field: string, description: string) => faults.push({ field, description });
  if (!/^[A-Za-z0-9._:-]{1,128}$/.test(renderId)) fault('render_id', 'must be 1 to 128 letters, digits and ._:-');
  if (sections.length === 0) fault('sections', 'are missing; at least one is needed');
  if (sectionIndex !== undefined && sectionIndex >= sections.length) {
    fault('section_index', `must be below ${sections.length}, is ${sectionIndex}`);
  }
  if (!(bpm >= 20 && bpm <= 400)) fault('bpm', `must be 20 to 400, is ${bpm}`);
  if (faults.length > 0) throw invalidArgument(faults);
}
