import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { PLAN_LIMITS } from '@framesong/composer';
import {
  MusicEngineService,
  type DescribeEngineResponse,
  type InlineSound,
  type RenderedSound,
  type RenderSegmentRequest,
} from '@framesong/contracts/engine/v1/music_engine';
import { FramesongError } from '@framesong/errors';
import { STALLED } from '@framesong/jobs';
import {
  neverBack,
  type EngineResources,
  type MusicCallContext,
  type MusicCapabilities,
  type MusicEngine,
  type MusicRequest,
  type RenderedMusic,
  type SoundFile,
} from '@framesong/providers/music';
import { createClient, durationOfMs, msOfDuration, openChannel, runInContext, type RpcClient } from '@framesong/rpc';
import type { EnginePhase } from '../engine-silence.ts';

/** Where a gRPC engine is, and what callers call it. */
export interface GrpcEngineOptions {
  readonly name: string;
  readonly address: string;
  /** How long it goes on when this process is gone, so that the next one can join the work. */
  readonly reattachGraceMs: number;
}

type Client = RpcClient<typeof MusicEngineService>;

const DESCRIBE_TIMEOUT_MS = 5_000;
/** What the protocol says of an engine that is full and does not tell for how long. */
const FULL_RETRY_MS = 5_000;
const CANCEL_TIMEOUT_MS = 2_000;
const MAX_SOUND_BYTES = 512 * 1024 * 1024;

/** An engine behind `framesong.engine.v1.MusicEngine`. */
export function createGrpcEngine({ name, address, reattachGraceMs }: GrpcEngineOptions): MusicEngine & Disposable {
  // Long streams of sound: a connection of its own.
  const channel = openChannel(address, {
    dedicated: true,
    idempotentPaths: [MusicEngineService.describeEngine.path, MusicEngineService.cancelRender.path],
  });
  const client = createClient(channel, MusicEngineService);
  const named = (error: unknown) => {
    if (!(error instanceof FramesongError)) return error;
    const isFull = error.code === 'RESOURCE_EXHAUSTED' && error.retryAfterMs === undefined;
    return error
      .prefixed(`engine ${name}`)
      .with({ metadata: { engine: name }, ...(isFull && { retryAfterMs: FULL_RETRY_MS }) });
  };
  const describe = async (signal: AbortSignal) => {
    try {
      return await client.describeEngine({}, { signal, timeoutMs: DESCRIBE_TIMEOUT_MS });
    } catch (thrown) {
      throw named(thrown);
    }
  };
  return {
    name,
    describe: async (signal) => capabilitiesOf(await describe(signal)),
    async check(signal) {
      await describe(signal);
    },
    resources: async (signal) => resourcesOf(await describe(signal)),
    async render(request, context) {
      try {
        return await receive(client, await messageOf(request, reattachGraceMs), request, neverBack(context));
      } catch (thrown) {
        if (!context.signal.aborted) throw named(thrown);
        if (isWish(context.signal)) await cancel(client, request.renderId);
        throw thrown;
      }
    },
    [Symbol.dispose]: () => channel.close(),
  };
}

/**
 * A cancel, and not the end of this process: then another one joins the work that goes on. A sound that is made and stopped
 * arriving is not to be forgotten either: the next call gets it without its being made again.
 */
function isWish({ reason }: AbortSignal): boolean {
  if (!(reason instanceof FramesongError)) return true;
  const isHalfHere = reason.reason === STALLED && reason.metadata['phase'] === TRANSFER;
  return reason.reason !== 'WORKER_STOPPING' && reason.reason !== 'JOB_TAKEN_OVER' && !isHalfHere;
}

const TRANSFER: EnginePhase = 'rest of the sound';

/** Also when the call that is cancelled was never accepted: then there is nothing to end. */
async function cancel(client: Client, renderId: string): Promise<void> {
  // Out of the job that has ended: every call in it ends with it, this one too.
  const free = { signal: new AbortController().signal, deadlineEpochMs: Infinity };
  const end = () => client.cancelRender({ renderId }, { timeoutMs: CANCEL_TIMEOUT_MS });
  await runInContext(free, end).catch(() => undefined);
}

async function receive(
  client: Client,
  message: RenderSegmentRequest,
  { path, renderId }: MusicRequest,
  { signal, onStart, onProgress, onSign }: MusicCallContext,
): Promise<RenderedMusic> {
  let sound: RenderedSound | undefined;
  let sizeBytes = 0;
  let begun = false;
  const digest = createHash('sha256');
  await using file = await open(path, 'w');
  onSign?.('asked');
  for await (const { part } of client.renderSegment(message, { signal })) {
    if (part?.$case === 'wait') onSign?.('waiting');
    else if (part?.$case === 'progress') {
      if (!begun) onStart?.();
      begun = true;
      onProgress?.(part.value);
    } else if (part?.$case === 'sound') {
      sound = checkedFacts(part.value);
      onSign?.('sound');
    } else if (part?.$case === 'chunk') {
      sizeBytes += part.value.length;
      if (!sound || sizeBytes > Number(sound.sizeBytes)) throw damaged(renderId, 'more bytes came than it announced');
      onSign?.('sound');
      digest.update(part.value);
      await file.write(part.value);
    }
  }
  if (!sound) throw damaged(renderId, 'the stream ended without a sound');
  if (sizeBytes !== Number(sound.sizeBytes)) throw damaged(renderId, `${sizeBytes} of ${sound.sizeBytes} bytes came`);
  if (digest.digest('hex') !== sound.sha256)
    throw damaged(renderId, 'its bytes do not have the digest that it announced');
  return { mediaType: sound.mediaType, sizeBytes, engine: sound.engine, warnings: sound.warnings };
}

function checkedFacts(sound: RenderedSound): RenderedSound {
  if (Number(sound.sizeBytes) <= MAX_SOUND_BYTES) return sound;
  throw new FramesongError(`the sound has ${sound.sizeBytes} bytes, at most ${MAX_SOUND_BYTES} are taken`, {
    code: 'INVALID_ARGUMENT',
    reason: 'SOUND_TOO_LARGE',
  });
}

/** The engine keeps what it made, so a repeat costs the transfer alone. */
function damaged(renderId: string, what: string): FramesongError {
  return new FramesongError(`the sound of render ${renderId} did not arrive whole: ${what}`, {
    code: 'UNAVAILABLE',
    reason: 'SOUND_NOT_WHOLE',
    retryAfterMs: 100,
  });
}

async function messageOf(request: MusicRequest, reattachGraceMs: number): Promise<RenderSegmentRequest> {
  const { renderId, style, bpm, key, seed, sections, sectionIndex, tailSeconds, context } = request;
  return {
    renderId,
    style,
    bpm,
    key,
    seed: BigInt(seed),
    sections: sections.map(({ tag, lines, durationSeconds }) => ({
      tag,
      lines: [...lines],
      duration: durationOfMs(durationSeconds * 1000),
    })),
    sectionIndex,
    tail: durationOfMs(tailSeconds * 1000),
    before: await inline(context?.before),
    after: await inline(context?.after),
    reattachGrace: durationOfMs(reattachGraceMs),
  };
}

async function inline(sound: SoundFile | undefined): Promise<InlineSound | undefined> {
  return sound && { content: await readFile(sound.path), mediaType: sound.mediaType };
}

function capabilitiesOf(told: DescribeEngineResponse): MusicCapabilities {
  const { maxLines, maxCharacters, maxLineCharacters } = told.lyrics ?? {};
  return {
    engine: told.engine,
    description: told.description,
    isGenerative: told.generative,
    isPaid: false,
    makesSections: told.makesSections,
    makesSongs: told.makesSongs,
    playsScore: false,
    contextSeconds: (msOfDuration(told.context) ?? 0) / 1000,
    repaints: told.repaints,
    progress: told.progressIsMeasured ? 'measured' : 'estimated',
    cancels: true,
    reattaches: 'by render id',
    lanes: Math.max(1, told.lanes),
    maxSongSeconds: (msOfDuration(told.maxSong) ?? 0) / 1000 || PLAN_LIMITS.durationSeconds.max,
    mediaTypes: told.mediaTypes,
    styles: told.styles,
    ...(told.memoryNeed && {
      memoryNeed: { bytes: Number(told.memoryNeed.bytes), bytesPerSecond: Number(told.memoryNeed.bytesPerSecond) },
    }),
    lyricsForm: 'sections',
    lyricsLimits: {
      ...(maxLines && { maxLines }),
      ...(maxCharacters && { maxCharacters }),
      ...(maxLineCharacters && { maxLineCharacters }),
    },
  };
}

function resourcesOf({ resources }: DescribeEngineResponse): EngineResources | undefined {
  if (!resources) return undefined;
  const { device, load, running, waiting } = resources;
  const [memoryTotalBytes, memoryFreeBytes] = [resources.memoryTotalBytes, resources.memoryFreeBytes].map(Number);
  return {
    device,
    // A free memory of 0 is one only where there is any.
    ...(memoryTotalBytes! > 0 && { memoryTotalBytes: memoryTotalBytes!, memoryFreeBytes: memoryFreeBytes! }),
    ...(load !== undefined && { load }),
    running,
    waiting,
  };
}
