import { FramesongError } from '@framesong/errors';
import type { EngineResources, MemoryNeed, MusicCapabilities, MusicEngine } from '@framesong/providers/music';
import { ATTR, count, METRICS } from '@framesong/telemetry';
import type { ResourceReader } from './engine-resources.ts';

/** A render that memory is needed for. */
export interface WantedRender {
  readonly engine: MusicEngine;
  readonly capabilities: Pick<MusicCapabilities, 'memoryNeed'>;
  /** Of sound in one render. */
  readonly seconds: number;
}

/** Lets renders begin only where their memory is there. An engine that tells nothing is let do what it can. */
export interface MemoryGate {
  /**
   * Whether a render could be made at all, and now if nothing of ours is at work there.
   * @throws FramesongError FAILED_PRECONDITION `ENGINE_TOO_SMALL`; RESOURCE_EXHAUSTED `ENGINE_MEMORY` with retry advice
   */
  check(wanted: WantedRender, isIdle: () => Promise<boolean>): Promise<void>;
  /**
   * Does `render` when there is memory for it, and counts what it was promised until it shows in what is free.
   * @throws FramesongError as `check`; whatever `render` throws
   */
  within<T>(wanted: WantedRender, render: () => Promise<T>): Promise<T>;
}

/** What the gate is made of. */
export interface MemoryGateParts {
  readonly reader: ResourceReader;
  /** What renders take, of engines that do not say so themselves, by name. */
  readonly needs: ReadonlyMap<string, MemoryNeed>;
  /** How long a render usually takes: then memory comes free. Undefined while nobody knows. */
  readonly usualRenderMs: () => Promise<number | undefined>;
}

/** A render takes its memory within so long: from then on it is missing from what is free. */
const SHOWS_AFTER_MS = 30_000;
const UNKNOWN_RENDER_MS = 60_000;
const [LEAST_RETRY_MS, MOST_RETRY_MS] = [5_000, 300_000];

export function createMemoryGate({ reader, needs, usualRenderMs }: MemoryGateParts): MemoryGate {
  /** What was promised lately, by engine. */
  const promised = new Map<string, Set<{ readonly bytes: number }>>();

  const bytesFor = ({ engine, capabilities, seconds }: WantedRender): number | undefined => {
    const need = capabilities.memoryNeed ?? needs.get(engine.name);
    return need && need.bytes + need.bytesPerSecond * seconds;
  };
  // An engine that cannot be asked now says so better itself when it is to render.
  const resourcesOf = ({ engine }: WantedRender) => reader.read(engine).catch(() => undefined);
  const refusal = async (wanted: WantedRender, bytes: number, resources: EngineResources): Promise<FramesongError> => {
    const usualMs = (await usualRenderMs()) ?? UNKNOWN_RENDER_MS;
    // Half of a render is left of one that is in the middle of it.
    const retryAfterMs = Math.round(Math.min(Math.max(usualMs / 2, LEAST_RETRY_MS), MOST_RETRY_MS));
    count(METRICS.engineRefusals, 1, { [ATTR.engineName]: wanted.engine.name });
    return noRoom(wanted, bytes, resources, retryAfterMs);
  };

  return {
    async check(wanted, isIdle) {
      const bytes = bytesFor(wanted);
      const resources = bytes === undefined ? undefined : await resourcesOf(wanted);
      if (bytes === undefined || !resources) return;
      const { memoryTotalBytes = Infinity, memoryFreeBytes = Infinity, running = 0, waiting = 0 } = resources;
      if (bytes > memoryTotalBytes) throw tooSmall(wanted, bytes, memoryTotalBytes, resources);
      // What works there now holds memory that comes free: the job waits for it in the queue.
      const isFull = bytes > memoryFreeBytes && running + waiting === 0;
      if (isFull && (await isIdle())) throw await refusal(wanted, bytes, resources);
    },
    async within(wanted, render) {
      const bytes = bytesFor(wanted);
      const resources = bytes === undefined ? undefined : await resourcesOf(wanted);
      if (bytes === undefined || resources?.memoryFreeBytes === undefined) return render();
      const { name } = wanted.engine;
      const others = promised.get(name) ?? new Set();
      promised.set(name, others);
      const taken = [...others].reduce((sum, other) => sum + other.bytes, 0);
      if (bytes > resources.memoryFreeBytes - taken) throw await refusal(wanted, bytes, resources);
      const own = { bytes };
      others.add(own);
      const timer = setTimeout(() => others.delete(own), SHOWS_AFTER_MS);
      try {
        return await render();
      } finally {
        clearTimeout(timer);
        others.delete(own);
      }
    },
  };
}

function noRoom({ engine, seconds }: WantedRender, bytes: number, resources: EngineResources, retryAfterMs: number) {
  const free = gib(resources.memoryFreeBytes ?? 0);
  return new FramesongError(
    `engine ${engine.name} has ${free} free on ${resources.device}; a render of ${seconds.toFixed(0)} s takes about ` +
      `${gib(bytes)}: try again in ${Math.round(retryAfterMs / 1000)} s, or see what else uses it`,
    { code: 'RESOURCE_EXHAUSTED', reason: 'ENGINE_MEMORY', retryAfterMs, metadata: { engine: engine.name } },
  );
}

function tooSmall({ engine, seconds }: WantedRender, bytes: number, total: number, { device }: EngineResources) {
  return new FramesongError(
    `a render of ${seconds.toFixed(0)} s by engine ${engine.name} takes about ${gib(bytes)}, and its ${device} has ` +
      `${gib(total)} in all: ask for a shorter song, for one in sections, or for another engine`,
    { code: 'FAILED_PRECONDITION', reason: 'ENGINE_TOO_SMALL', metadata: { engine: engine.name } },
  );
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
